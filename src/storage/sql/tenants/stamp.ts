import type { TokenProof } from '../../../model/token.js';
import { StaleProof } from '../../stale-proof.js';
import { hotRows, type Session, type Work } from '../connections/database.js';
import type { Bound } from '../connections/statements/watch.js';

/** All of a token `k` and its tenant `t` that a request depends on, as one text. */
export const STAMP_OF_JOIN = `(coalesce(k.revoked_at, '') || ' ' || coalesce(k.expires_at, '') || ' ' ||
  cast(t.enabled as text) || ' ' || cast(t.schemas_revision as text) || ' ' || t.last_modified || ' ' || t.settings || t.name)`;

/**
 * The stamp of the token whose id is bound; null if there is no such token. A subquery, which costs two lookups by primary key
 * within another statement.
 */
export const STAMP = `(select ${STAMP_OF_JOIN} from tokens k join tenants t on t.id = k.tenant_id where k.id = ?)`;

/** @throws StaleProof where the database says something else than what was remembered */
export function take(proof: TokenProof, row: { readonly stamp: string | null } | undefined): void {
  if (!proof.take(row?.stamp)) throw new StaleProof();
}

/** Has the database prove what is remembered of a token. @throws StaleProof if it is no longer so */
export async function prove(session: Session, proof: TokenProof): Promise<void> {
  const [row] = await hotRows<{ stamp: string | null }>(session, `select ${STAMP} as stamp`, [proof.tokenId]);
  take(proof, row);
}

/** Work that begins with a proof, where there is one to be given. */
export function proving<T>(work: Work<T>, proof: TokenProof | undefined): Work<T> {
  if (proof === undefined) return work;
  return async (session) => {
    await prove(session, proof);
    return work(session);
  };
}

/** A session whose first statement is that which proves what is remembered of a token, unless another one has proven it. */
export class ProvingSession implements Session {
  readonly #session: Session;
  #proof: TokenProof | undefined;

  constructor(session: Session, proof: TokenProof) {
    this.#session = session;
    this.#proof = proof;
  }

  get dialect(): Session['dialect'] {
    return this.#session.dialect;
  }

  get knex(): Session['knex'] {
    if (this.#proof !== undefined) throw new Error('A statement by the builder comes before the token is proven');
    return this.#session.knex;
  }

  /** What is still to be proven; a statement that the caller sends next proves it. */
  takeOver(): TokenProof | undefined {
    const proof = this.#proof;
    this.#proof = undefined;
    return proof;
  }

  async all<Row extends object>(sql: string, bindings: readonly Bound[], isHot?: boolean): Promise<readonly Row[]> {
    const proof = this.takeOver();
    if (proof !== undefined) await prove(this.#session, proof);
    return this.#session.all<Row>(sql, bindings, isHot);
  }
}
