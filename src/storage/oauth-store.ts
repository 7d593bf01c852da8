import type { OAuthClient, OAuthCredential } from '../model/oauth/client.js';
import type { Tenant } from '../model/tenant.js';
import type { TokenRecord } from '../model/token.js';

/** A client and the credentials that it has. */
export interface ClientWithCredentials {
  readonly client: OAuthClient;
  /** In the order in which they were made, expired ones included. */
  readonly credentials: readonly OAuthCredential[];
}

/** An access token that is about to be issued. */
export interface Issuance {
  /** Its `clientId` is the client's, and its `expiresAt` is given. */
  readonly token: TokenRecord;
  readonly hash: string;
  /** The credential by which the client proved who it is. */
  readonly credentialId: string;
  /** What makes an assertion one that is taken once (RFC 7523 §3, `jti`), as a hash, and when the assertion expires. */
  readonly assertion?: { readonly hash: string; readonly expiresAt: string } | undefined;
}

/** OAuth clients, which are known by their ids. */
export interface OAuthStore {
  /**
   * @param isOnlyOne stores it only where the tenant has no client of that label; nobody else stores one meanwhile
   * @returns `full` where the tenant has as many clients as it may have, `unknown` where there is no such tenant
   */
  insertClient(
    client: OAuthClient,
    credential: OAuthCredential | undefined,
    most: number,
    isOnlyOne?: boolean,
  ): Promise<Stored>;
  /**
   * Adds a credential; with `endOthers`, the secrets of before end at that time, or when they would have ended anyway.
   * @returns `full` where the client has as many credentials that have not expired as it may have, `unknown` where there is no
   *   such client; credentials that have expired by `created` are erased
   */
  insertCredential(credential: OAuthCredential, most: number, endOthers?: string): Promise<Stored>;
  listClients(tenantId: string): Promise<readonly ClientWithCredentials[]>;
  /** The client with that id and its tenant, whatever their state. */
  findClient(clientId: string): Promise<(ClientWithCredentials & { readonly tenant: Tenant }) | undefined>;
  /** Deletes a client with its credentials; its access tokens are revoked with the next request. False if there is none. */
  deleteClient(tenantId: string, clientId: string, at: string): Promise<boolean>;
  /** Deletes a credential; the access tokens got by it are revoked with the next request. False if there is none. */
  deleteCredential(tenantId: string, clientId: string, credentialId: string, at: string): Promise<boolean>;
  /**
   * Stores an access token, and erases those of the client that expired a day ago, or are more than it may have.
   * @returns `gone` where the client or the credential was deleted meanwhile, `replayed` where the assertion was taken before
   */
  issue(issuance: Issuance): Promise<'done' | 'gone' | 'replayed'>;
}

/** How storing ended. */
export type Stored = 'done' | 'full' | 'unknown';
