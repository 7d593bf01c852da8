import { isId } from '../model/id.js';
import { ALL_SCOPES, type TokenRecord, type TokenScope } from '../model/token.js';
import { parseDateTime } from '../protocol/date-time.js';
import { notFound, type ScimError, invalidValue } from '../protocol/scim-error.js';
import type { TenancyDependencies } from './dependencies.js';
import { tokenLabel } from './names.js';
import { hashOf, newSecretToken, tokenPrefix } from './secret-token.js';

/** A token just issued. */
export interface IssuedToken {
  readonly token: TokenRecord;
  /** The secret token itself, which exists nowhere else. */
  readonly secret: string;
}

/** What a token is to be. */
export interface TokenRequest {
  /** Empty if there is none. */
  readonly label?: string | undefined;
  /** A point in time (RFC 3339) or a date; undefined for a token that is valid until it is revoked. */
  readonly expiresAt?: string | undefined;
  /** What it may do; everything where nobody says. Reading is always part of it. */
  readonly scopes?: readonly TokenScope[] | undefined;
}

/** The use cases of one tenant's tokens; the caller has made sure that the tenant exists. */
export interface Tokens {
  issue(tenantId: string, request: TokenRequest): Promise<IssuedToken>;
  list(tenantId: string): Promise<readonly TokenRecord[]>;
  /**
   * Issues a token in place of the valid ones of that label, which end after so many milliseconds.
   * @returns undefined, and nothing is issued, where there are `most` valid ones already
   */
  replace(
    tenantId: string,
    label: string,
    earlier: { readonly most: number; readonly endAfter: number },
  ): Promise<IssuedToken | undefined>;
  revoke(tenantId: string, tokenId: string): Promise<TokenRecord>;
  rotate(tenantId: string, label: string): Promise<IssuedToken>;
}

/** Makes the use cases of tokens; `Tenancy` says what each promises. */
export function tokensOf({ store, now, newId, randomBytes }: TenancyDependencies): Tokens {
  function newToken(tenantId: string, { label = '', expiresAt, scopes }: TokenRequest): IssuedToken {
    const issuedAt = now();
    const secret = newSecretToken(randomBytes);
    const token: TokenRecord = {
      id: newId(),
      tenantId,
      label: tokenLabel(label),
      prefix: tokenPrefix(secret),
      scopes: withReading(scopes),
      created: issuedAt.toISOString(),
      expiresAt: expiresAt === undefined ? undefined : expiryOf(expiresAt, issuedAt),
      lastUsed: undefined,
      revokedAt: undefined,
    };
    return { token, secret };
  }

  async function issue(tenantId: string, request: TokenRequest): Promise<IssuedToken> {
    const issued = newToken(tenantId, request);
    await store.insertToken(issued.token, hashOf(issued.secret));
    return issued;
  }

  const replace: Tokens['replace'] = async (tenantId, label, { most, endAfter }) => {
    const issued = newToken(tenantId, { label });
    const end = new Date(Date.parse(issued.token.created) + endAfter).toISOString();
    const isDone = await store.replaceTokens(issued.token, hashOf(issued.secret), { most, end });
    return isDone ? issued : undefined;
  };

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

  return { issue, replace, list: (tenantId) => store.listTokens(tenantId), revoke, rotate };
}

/**
 * Scopes in the order in which they are stored.
 * @throws ScimError 400 `invalidValue` without `scim.read`: whoever writes reads what it has written.
 */
export function withReading(scopes: readonly TokenScope[] = ALL_SCOPES): readonly TokenScope[] {
  if (!scopes.includes('scim.read')) {
    throw invalidValue('The scopes must contain scim.read; a token that writes reads as well.');
  }
  return ALL_SCOPES.filter((scope) => scopes.includes(scope));
}

function unknownToken(tokenId: string): ScimError {
  const which = isId(tokenId) ? `token ${tokenId}` : 'token with that id';
  return notFound(`The tenant has no ${which}. List its tokens to find it.`);
}

/**
 * When a token is to end, as it is stored: fixed-width UTC. A date alone is its first moment.
 * @throws ScimError 400 `invalidValue` when the text is no such time, or the time is not to come.
 */
export function expiryOf(text: string, now: Date): string {
  const expiresAt = parseDateTime(text) ?? parseDateTime(`${text}T00:00:00Z`);
  if (expiresAt === undefined) {
    throw invalidValue('The expiry cannot be read; write it as 2030-12-31T23:59:59Z or 2030-12-31, in UTC.');
  }
  if (expiresAt <= now.toISOString()) throw invalidValue(`The expiry ${expiresAt} has passed; name a time to come.`);
  return expiresAt;
}
