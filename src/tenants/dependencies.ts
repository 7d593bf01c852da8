import type { TenantStore } from '../storage/storage.js';
import type { RandomBytes } from './secret-token.js';

/** What the use cases of tenants and tokens need from outside. */
export interface TenancyDependencies {
  readonly store: TenantStore;
  readonly now: () => Date;
  /** A new UUIDv7 in lower case. */
  readonly newId: () => string;
  readonly randomBytes: RandomBytes;
  /** The origin under which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/** Whether the text can be one of our ids; what cannot is neither looked up nor repeated in an error. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
