import type { JsonObject } from '../../protocol/json.js';
import type { TokenScope } from '../token.js';

/** A program that gets access tokens for a tenant by OAuth 2.0 client credentials. All times are dateTimes in UTC. */
export interface OAuthClient {
  /** The `client_id`, which is not a secret. */
  readonly id: string;
  readonly tenantId: string;
  readonly label: string;
  /** The most that its access tokens may do. */
  readonly scopes: readonly TokenScope[];
  readonly created: string;
  /** When the client got an access token last, to the minute. */
  readonly lastUsed: string | undefined;
}

/** How a client proves who it is; several are valid at a time, so that one replaces another without a gap. */
export interface OAuthCredential {
  readonly id: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly label: string;
  readonly proof: CredentialProof;
  readonly created: string;
  readonly expiresAt: string | undefined;
  /** To the minute. */
  readonly lastUsed: string | undefined;
}

/** What a credential consists of. */
export type CredentialProof =
  | { readonly kind: 'secret'; /** SHA-256 of the client secret, in hexadecimal. */ readonly hash: string }
  | { readonly kind: 'key'; /** The public key whose owner signs assertions (RFC 7517). */ readonly jwk: JsonObject }
  | ({ readonly kind: 'issuer' } & TrustedIssuer);

/** An identity provider whose tokens count as a client's assertions (workload identity federation). */
export interface TrustedIssuer {
  /** The claim `iss`. */
  readonly issuer: string;
  /** Where the issuer publishes its keys (RFC 7517 §5). */
  readonly jwksUrl: string;
  /** The claim `sub`. */
  readonly subject: string;
  /** A value of the claim `aud`. */
  readonly audience: string;
}
