/** What a token may do at the SCIM endpoint: read, which searching is as well, or create, change and delete. */
export type TokenScope = 'scim.read' | 'scim.write';

/** Everything that a token may do. */
export const ALL_SCOPES: readonly TokenScope[] = ['scim.read', 'scim.write'];

/** Whether a token may change anything. */
export const mayWrite = (scopes: readonly TokenScope[] = ALL_SCOPES): boolean => scopes.includes('scim.write');

/** A secret token as it is stored: without the secret, of which only the hash is kept. All times are dateTimes. */
export interface TokenRecord {
  readonly id: string;
  readonly tenantId: string;
  readonly label: string;
  /** The first characters of the secret behind `fwscim_`, by which people recognize it; tokens of before have none. */
  readonly prefix?: string | undefined;
  /** What it may do; everything where that was not said. */
  readonly scopes?: readonly TokenScope[] | undefined;
  /** The OAuth client that got it, where it is an access token; a secret token has none. */
  readonly clientId?: string | undefined;
  readonly created: string;
  readonly expiresAt: string | undefined;
  /** To the minute. */
  readonly lastUsed: string | undefined;
  readonly revokedAt: string | undefined;
}

/**
 * What a request rests on whose token was remembered: the database proves it in the statement that the request sends anyway,
 * so that a revoked token, a disabled tenant or another setting counts from the next request on, in every process.
 */
export class TokenProof {
  readonly tokenId: string;
  /** What the database said of the token and its tenant when it was looked up last. */
  readonly stamp: string;
  readonly #onProven: () => void;
  #isProven = false;

  /** @param onProven called once */
  constructor(tokenId: string, stamp: string, onProven: () => void) {
    this.tokenId = tokenId;
    this.stamp = stamp;
    this.#onProven = onProven;
  }

  /** Whether the database has said the same since the request came. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** Takes what the database says now; false if that is something else, and nothing may be done for the request. */
  take(stamp: string | null | undefined): boolean {
    if (stamp !== this.stamp) return false;
    if (!this.#isProven) this.#onProven();
    this.#isProven = true;
    return true;
  }
}
