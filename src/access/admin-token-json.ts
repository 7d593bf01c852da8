import type { AdminToken } from '../model/access/admin-token.js';
import type { Role } from '../model/access/role.js';
import type { MadeAdminToken } from './admin-tokens.js';

// Type aliases, since an interface does not count as a JSON object.

/** An admin token as the admin API and the command line show it: nothing of the token itself. */
export type AdminTokenJson = {
  adminTokenId: string;
  label: string;
  role: Role;
  prefix: string;
  created: string;
  createdBy: string;
  expiresAt: string | null;
  lastUsed: string | null;
  revokedAt: string | null;
  revokedBy: string | null;
};

/** What is shown once when an admin token is made. */
export type MadeAdminTokenJson = AdminTokenJson & { token: string };

/** An admin token as JSON. */
export const adminTokenJson = (token: AdminToken): AdminTokenJson => ({
  adminTokenId: token.id,
  ...{ label: token.label, role: token.role, prefix: token.prefix, created: token.created, createdBy: token.createdBy },
  expiresAt: token.expiresAt ?? null,
  lastUsed: token.lastUsed ?? null,
  revokedAt: token.revokedAt ?? null,
  revokedBy: token.revokedBy ?? null,
});

/** An admin token just made as JSON, with the token itself. */
export const madeAdminTokenJson = ({ token, secret }: MadeAdminToken): MadeAdminTokenJson => ({
  ...adminTokenJson(token),
  token: secret,
});
