import { notFound, type ScimError } from '../protocol/scim-error.js';
import type { TokenRecord } from '../storage/storage.js';
import { isId, type TenancyDependencies } from './dependencies.js';
import { expiryOf } from './expiry.js';
import { tokenLabel } from './names.js';
import { hashOf, newSecretToken } from './secret-token.js';

/** A token just issued. */
export interface IssuedToken {
  readonly token: TokenRecord;
  /** The secret token itself, which exists nowhere else. */
  readonly secret: string;
}

/** What a token is to be. */
export interface TokenRequest {
  /** Empty where there is none. */
  readonly label?: string | undefined;
  /** A point in time (RFC 3339) or a date; undefined for a token that is valid until it is revoked. */
  readonly expiresAt?: string | undefined;
}

/** The use cases of one tenant's tokens; the caller has made sure that the tenant exists. */
export interface Tokens {
  issue(tenantId: string, request: TokenRequest): Promise<IssuedToken>;
  list(tenantId: string): Promise<readonly TokenRecord[]>;
  revoke(tenantId: string, tokenId: string): Promise<TokenRecord>;
  rotate(tenantId: string, label: string): Promise<IssuedToken>;
}

/** Makes the use cases of tokens; `Tenancy` says what each promises. */
export function tokensOf({ store, now, newId, randomBytes }: TenancyDependencies): Tokens {
  async function issue(tenantId: string, { label = '', expiresAt }: TokenRequest): Promise<IssuedToken> {
    const issuedAt = now();
    const secret = newSecretToken(randomBytes);
    const token: TokenRecord = {
      id: newId(),
      tenantId,
      label: tokenLabel(label),
      created: issuedAt.toISOString(),
      expiresAt: expiresAt === undefined ? undefined : expiryOf(expiresAt, issuedAt),
      lastUsed: undefined,
      revokedAt: undefined,
    };
    await store.insertToken(token, hashOf(secret));
    return { token, secret };
  }

  async function revoke(tenantId: string, tokenId: string): Promise<TokenRecord> {
    const token = (await store.listTokens(tenantId)).find(({ id }) => id === tokenId);
    if (token === undefined) throw unknownToken(tokenId);
    if (token.revokedAt !== undefined) return token;
    const revokedAt = now().toISOString();
    await store.revokeToken(tenantId, tokenId, revokedAt);
    return { ...token, revokedAt };
  }

  async function rotate(tenantId: string, label: string): Promise<IssuedToken> {
    const earlier = (await store.listTokens(tenantId)).filter((token) => token.label === tokenLabel(label));
    const issued = await issue(tenantId, { label });
    for (const { id } of earlier.filter(({ revokedAt }) => revokedAt === undefined)) await revoke(tenantId, id);
    return issued;
  }

  return { issue, list: (tenantId) => store.listTokens(tenantId), revoke, rotate };
}

function unknownToken(tokenId: string): ScimError {
  const which = isId(tokenId) ? `token ${tokenId}` : 'token with that id';
  return notFound(`The tenant has no ${which}. List its tokens to find it.`);
}
