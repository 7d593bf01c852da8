import { timingSafeEqual } from 'node:crypto';
import { isId } from '../../model/id.js';
import type { OAuthCredential } from '../../model/oauth/client.js';
import type { Tenant } from '../../model/tenant.js';
import { ALL_SCOPES, type TokenScope } from '../../model/token.js';
import type { OAuthStore } from '../../storage/oauth-store.js';
import { hashOf, newSecretToken, tokenPrefix, type RandomBytes } from '../secret-token.js';
import { checkAssertion, claimsOf, type Proven } from './assertions.js';
import type { IssuerKeys } from './issuer-keys.js';
import { invalidClient, OAuthError } from './oauth-error.js';

/** How a client says who it is. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly clientId: string | undefined; readonly assertion: string };

/** A client that has proven who it is. */
interface ProvenClient extends Proven {
  readonly tenant: Tenant;
  readonly clientId: string;
  readonly scopes: readonly TokenScope[];
}

/** An access token just issued. */
export interface Granted {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly scopes: readonly TokenScope[];
}

/** The grant of RFC 6749 §4.4. */
export interface ClientCredentialsGrant {
  /** @throws OAuthError `invalid_client`, or `unauthorized_client` where the tenant is disabled */
  authenticate(proof: ClientProof): Promise<ProvenClient>;
  /**
   * Issues an access token: opaque, so that it can be revoked at once.
   * @param scope as it was asked for, undefined for all that the client may have
   * @throws OAuthError `invalid_scope`, or `invalid_client` for an assertion that was taken before
   */
  issue(client: ProvenClient, scope: string | undefined): Promise<Granted>;
}

/** What the grant needs from outside. */
export interface GrantDependencies {
  readonly store: OAuthStore;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly randomBytes: RandomBytes;
  readonly publicUrl: string;
  readonly keys: IssuerKeys;
  /** Seconds for which an access token is valid. */
  readonly lifetime: number;
}

/** Makes the grant. */
export function createGrant(dependencies: GrantDependencies): ClientCredentialsGrant {
  const { store, now, newId, randomBytes, lifetime } = dependencies;
  return {
    authenticate: (proof) => authenticate(proof, dependencies),
    issue: async (client, scope) => {
      const { tenant, clientId, credential } = client;
      const scopes = scopesIn(scope, client.scopes);
      const secret = newSecretToken(randomBytes);
      const at = now();
      const ends = new Date(at.getTime() + lifetime * 1000).toISOString();
      const expiresAt = credential.expiresAt !== undefined && credential.expiresAt < ends ? credential.expiresAt : ends;
      const token = {
        ...{ id: newId(), tenantId: tenant.id, clientId, label: '', scopes, prefix: tokenPrefix(secret), expiresAt },
        ...{ created: at.toISOString(), lastUsed: undefined, revokedAt: undefined },
      };
      const { assertion } = client;
      const issued = await store.issue({ token, hash: hashOf(secret), credentialId: credential.id, assertion });
      if (issued === 'gone') throw invalidClient(UNKNOWN);
      if (issued === 'replayed')
        throw invalidClient('The client_assertion was taken before; sign another with a new jti.');
      const expiresIn = Math.floor((Date.parse(expiresAt) - at.getTime()) / 1000);
      return { accessToken: secret, expiresIn, scopes };
    },
  };
}

const UNKNOWN = 'The client is not known here, or its secret is not valid; ask FlexWhere for a new one.';

async function authenticate(
  proof: ClientProof,
  { store, now, publicUrl, keys }: GrantDependencies,
): Promise<ProvenClient> {
  const clientId = proof.clientId ?? (proof.kind === 'assertion' ? claimsOf(proof.assertion)?.sub : undefined) ?? '';
  const found = isId(clientId) ? await store.findClient(clientId) : undefined;
  if (found === undefined) throw invalidClient(UNKNOWN);
  const at = now();
  const credentials = found.credentials.filter(
    ({ expiresAt }) => expiresAt === undefined || expiresAt > at.toISOString(),
  );
  const audiences = [`${publicUrl}/oauth/token`, publicUrl, `${publicUrl}/scim`];
  const proven =
    proof.kind === 'secret'
      ? bySecret(proof.secret, credentials)
      : await checkAssertion(proof.assertion, { clientId, credentials, audiences, keys, now: at });
  if (!found.tenant.enabled) {
    throw new OAuthError(
      'unauthorized_client',
      'FlexWhere has disabled this tenant; ask FlexWhere to enable it again.',
    );
  }
  return { ...proven, tenant: found.tenant, clientId, scopes: found.client.scopes };
}

/** Digests are compared, whose bytes nobody can choose, in a time that does not tell where they differ. */
function bySecret(secret: string, credentials: readonly OAuthCredential[]): Proven {
  const given = Buffer.from(hashOf(secret), 'hex');
  const credential = credentials.find(
    ({ proof }) => proof.kind === 'secret' && timingSafeEqual(Buffer.from(proof.hash, 'hex'), given),
  );
  if (credential === undefined) throw invalidClient(UNKNOWN);
  return { credential };
}

/** RFC 6749 §3.3. Entra sends no scope, the name of one, or several. */
function scopesIn(scope: string | undefined, allowed: readonly TokenScope[]): readonly TokenScope[] {
  const asked = (scope ?? '').split(' ').filter((word) => word !== '');
  if (asked.length === 0) return allowed;
  const granted = ALL_SCOPES.filter((one) => asked.includes(one));
  if (!asked.every((word) => allowed.some((one) => one === word)) || !granted.includes('scim.read')) {
    throw new OAuthError(
      'invalid_scope',
      `The scope must be left out, or of: ${allowed.join(' ')}. scim.read is always part of it.`,
    );
  }
  return granted;
}
