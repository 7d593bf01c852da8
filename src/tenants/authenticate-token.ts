import type { Tenant } from '../model/tenant.js';
import { ALL_SCOPES, TokenProof, type TokenRecord, type TokenScope } from '../model/token.js';
import { forbidden, unauthorized } from '../protocol/scim-error.js';
import type { TenantStore } from '../storage/storage.js';
import { createLastUsed, type OnError } from './last-used.js';
import { hashOf, isWellFormed, TOKEN_PREFIX } from './secret-token.js';

/**
 * Finds the tenant whose secret token this is, afresh in the database each time: a revoked token is refused from the
 * next request on, in every process.
 * @throws ScimError 401 for a token that is mistyped, unknown, revoked or expired; 403 if the tenant is disabled.
 */
type AuthenticateToken = (secret: string) => Promise<TokenHolder>;

/** Whom a token stands for, and what it may do. */
export interface TokenHolder {
  readonly tenant: Tenant;
  readonly scopes: readonly TokenScope[];
}

/**
 * Remembers the tenant whose secret token this is, without asking the database; undefined if it is not known here as a valid
 * one. Nothing may be done or told on the strength of it before a statement has proven it.
 */
type RecallToken = (secret: string) => Promise<(TokenHolder & { readonly proof: TokenProof }) | undefined>;

/** The authentication of provisioning clients. */
export interface TokenAuthentication {
  readonly authenticate: AuthenticateToken;
  readonly recall: RecallToken;
  /** Resolves when every write of a last use is done; call it before the storage is closed. */
  readonly settled: () => Promise<void>;
}

/** Makes the authentication of provisioning clients. `onError` gets what went wrong beside a request; never a token. */
export function tokenAuthentication(dependencies: {
  readonly store: TenantStore;
  readonly now: () => Date;
  readonly onError: OnError;
}): TokenAuthentication {
  const { store, now, onError } = dependencies;
  const lastUsed = createLastUsed(store, now, onError);

  async function authenticate(secret: string): Promise<TokenHolder> {
    checkForm(secret);
    // The index compares digests, whose bytes nobody can choose, so the time it takes tells nothing about a token.
    const found = await store.findByHash(hashOf(secret));
    if (found === undefined)
      throw unauthorized('The secret token is not known here; ask FlexWhere for a new one.', 'unknown');
    checkLive(found.token, now());
    if (!found.tenant.enabled) {
      throw forbidden('FlexWhere has disabled this tenant; ask FlexWhere to enable it again.');
    }
    lastUsed.note(found.token.id);
    return { tenant: found.tenant, scopes: found.token.scopes ?? ALL_SCOPES };
  }

  async function recall(secret: string): ReturnType<RecallToken> {
    if (!isWellFormed(secret)) return undefined;
    const found = await store.recall(hashOf(secret));
    if (found === undefined || !found.tenant.enabled || !isLive(found.token, now())) return undefined;
    const { token, tenant, stamp } = found;
    const proof = new TokenProof(token.id, stamp, () => {
      lastUsed.note(token.id);
    });
    return { tenant, scopes: token.scopes ?? ALL_SCOPES, proof };
  }

  return { authenticate, recall, settled: () => lastUsed.settled() };
}

function checkForm(secret: string): void {
  if (isWellFormed(secret)) return;
  if (isJsonWebToken(secret)) {
    throw unauthorized(
      `This is a JSON Web Token (JWT), not a secret token. Enter the secret token from FlexWhere, which begins with "${TOKEN_PREFIX}".`,
      'malformed',
    );
  }
  throw unauthorized('The secret token is mistyped or cut off; copy it into Entra again.', 'mistyped');
}

/** Three parts of base64url, the first of which begins as a JSON object does (RFC 7519 §3). */
function isJsonWebToken(secret: string): boolean {
  return secret.startsWith('eyJ') && secret.split('.').length === 3;
}

function checkLive({ revokedAt, expiresAt, clientId }: TokenRecord, now: Date): void {
  if (revokedAt !== undefined) {
    if (clientId !== undefined) throw unauthorized(ACCESS_REVOKED, 'revoked');
    throw unauthorized('The secret token has been revoked; enter the current one in Entra.', 'revoked');
  }
  if (expiresAt !== undefined && expiresAt <= now.toISOString()) {
    if (clientId !== undefined)
      throw unauthorized(`The access token expired at ${expiresAt}; get another one.`, 'expired');
    throw unauthorized(`The secret token expired at ${expiresAt}; ask FlexWhere for a new one.`, 'expired');
  }
}

const ACCESS_REVOKED =
  'The access token has been revoked: its OAuth client, or the credential by which it was got, was deleted.';

const isLive = ({ revokedAt, expiresAt }: TokenRecord, now: Date): boolean =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > now.toISOString());
