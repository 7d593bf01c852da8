import type { Role } from './role.js';

/** An admin token as it is stored: without the token itself, of which only the hash is kept. All times are dateTimes in UTC. */
export interface AdminToken {
  readonly id: string;
  /** The name of its holder in the audit trail; no two tokens have the same label. */
  readonly label: string;
  readonly role: Role;
  /** The first characters of the token behind `fwadmin_`, by which people recognize it. */
  readonly prefix: string;
  readonly created: string;
  /** Who made it. */
  readonly createdBy: string;
  readonly expiresAt: string | undefined;
  /** To the minute. */
  readonly lastUsed: string | undefined;
  readonly revokedAt: string | undefined;
  readonly revokedBy: string | undefined;
}

/** Whether a token is valid at a time. */
export const isAdminTokenLive = (
  { revokedAt, expiresAt }: Pick<AdminToken, 'revokedAt' | 'expiresAt'>,
  now: string,
): boolean => revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
