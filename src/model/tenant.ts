import type { TenantSchemas } from './tenant-schemas.js';

/** What an operator sets for one tenant's SCIM endpoint. */
export interface TenantSettings {
  /** Whether `replace` on `members` adds, for an Entra that sends one new member at a time. */
  readonly groupReplaceAdds: boolean;
  /** How the server treats attributes that no schema knows; to `refuse` them is the RFC to the letter. */
  readonly unknownAttributes: 'ignore' | 'refuse';
  /** `RATE/BURST` or `off` (parseRateLimit); `default` uses the server's setting. */
  readonly rateLimit: string;
  /** What the FlexWhere backend itself calls the company, such as a customer number; absent or empty where it is not set. */
  readonly externalReference?: string;
}

/** What a new tenant starts with. */
export const DEFAULT_TENANT_SETTINGS: TenantSettings = {
  groupReplaceAdds: false,
  unknownAttributes: 'ignore',
  rateLimit: 'default',
};

/** A customer: its own staging directory, secret tokens, schemas and policy. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: TenantSettings;
  /** The same object as long as the revision is the same, mostly; changed by `changeSchema` alone. */
  readonly schemas: TenantSchemas;
  readonly created: string;
  readonly lastModified: string;
}

/** A tenant's name as it is compared: names that differ by case only are one. */
export const tenantNameKey = (name: string): string => name.normalize('NFC').toLowerCase();

/** A rate limit: how many requests a second, and how many at once after a pause. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

const RATE_AND_BURST = /^([1-9]\d{0,5})\/([1-9]\d{0,6})$/u;

/**
 * Reads a rate limit: `RATE/BURST`, such as `100/1000`, or `off`.
 * @returns undefined for any other text
 */
export function parseRateLimit(text: string): RateLimit | 'off' | undefined {
  if (text === 'off') return text;
  const [, perSecond, burst] = RATE_AND_BURST.exec(text) ?? [];
  return perSecond === undefined ? undefined : { perSecond: Number(perSecond), burst: Number(burst) };
}
