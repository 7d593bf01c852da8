import type { SetupLinkStore } from '../storage/setup-link-store.js';
import type { OAuthStore } from '../storage/oauth-store.js';
import type { TenantStore } from '../storage/storage.js';
import type { RandomBytes } from './secret-token.js';

/** What the use cases of tenants and tokens need from outside. */
export interface TenancyDependencies {
  readonly store: TenantStore;
  readonly setupLinks: SetupLinkStore;
  readonly oauth: OAuthStore;
  readonly now: () => Date;
  /** A new UUIDv7 in lower case. */
  readonly newId: () => string;
  readonly randomBytes: RandomBytes;
  /**
   * Stops what is in progress for a tenant that is about to be erased. @returns the run that it canceled
   */
  readonly stopRun?: (tenantId: string) => Promise<string | undefined>;
  /** The origin under which clients reach the server, without a trailing slash. */
  readonly publicUrl: string;
  /** Whether OAuth clients may be proven by an issuer at http, and at an address that is not on the internet. */
  readonly allowsPrivateIssuers?: boolean;
}
