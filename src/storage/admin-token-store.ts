import type { AdminToken } from '../model/access/admin-token.js';

/** The admin tokens, which are known by their hashes only. */
export interface AdminTokenStore {
  /**
   * Stores a token. Those that ended longest ago are erased where there are very many.
   * @param most how many may be valid at a time
   * @returns `taken` where another token has its label in any case, `full` where `most` are valid
   */
  insert(token: AdminToken, hash: string, most: number): Promise<'done' | 'taken' | 'full'>;
  /** All tokens in the order in which they were made, ended ones included. */
  list(): Promise<readonly AdminToken[]>;
  findByHash(hash: string): Promise<AdminToken | undefined>;
  /**
   * Revokes a token; one that is revoked stays as it is. Nobody else revokes one meanwhile.
   * @param keepOne leaves the last valid token with the role admin alone
   * @returns the token, `unknown`, or `last` where nothing was done since it is the last
   */
  revoke(
    id: string,
    by: { readonly name: string; readonly at: string },
    keepOne: boolean,
  ): Promise<AdminToken | 'unknown' | 'last'>;
  /** Notes when a token was last used. */
  markUsed(id: string, minute: string): Promise<void>;
}
