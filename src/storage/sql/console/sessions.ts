import type { Knex } from 'knex';
import { ROLES } from '../../../model/access/role.js';
import type { ConsoleSession, SessionEnds, SessionStore } from '../../console-store.js';
import type { Database } from '../connections/database.js';

interface SessionRow {
  readonly hash: string;
  readonly name: string;
  readonly role: string;
  readonly signed_in: string;
  readonly last_seen: string;
  readonly token_id: string | null;
  readonly proof: string | null;
  readonly subject: string | null;
  readonly authenticated: string | null;
}

/** The table `console_sessions`. */
export class KnexSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert(
    { hash, name, role, signedIn, lastSeen, tokenId, ...given }: ConsoleSession,
    ended: SessionEnds,
  ): Promise<void> {
    await this.#database.unit(async ({ knex }) => {
      await knex('console_sessions')
        .where('signed_in', '<=', ended.signedIn)
        .orWhere('last_seen', '<=', ended.lastSeen)
        .delete();
      const { proof = null, subject = null, authenticated = null } = given;
      const by = { token_id: tokenId ?? null, proof, subject, authenticated };
      await knex('console_sessions').insert({ hash, name, role, signed_in: signedIn, last_seen: lastSeen, ...by });
    });
  }

  async find(hash: string, now: string): Promise<ConsoleSession | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      inForce(knex, now).where('console_sessions.hash', hash).first<SessionRow | undefined>('console_sessions.*'),
    );
    return row && toSession(row);
  }

  async touch(hash: string, at: string): Promise<void> {
    await this.#database.unit(({ knex }) => knex('console_sessions').where({ hash }).update({ last_seen: at }));
  }

  async remove(hash: string): Promise<boolean> {
    return (await this.#database.unit(({ knex }) => knex('console_sessions').where({ hash }).delete())) > 0;
  }

  async latest(ended: SessionEnds, now: string, limit: number): Promise<readonly ConsoleSession[]> {
    const rows = await this.#database.lookup(({ knex }) =>
      inForce(knex, now)
        .where('signed_in', '>', ended.signedIn)
        .where('last_seen', '>', ended.lastSeen)
        .orderBy('signed_in', 'desc')
        .limit(limit)
        .select<SessionRow[]>('console_sessions.*'),
    );
    return rows.map(toSession);
  }
}

/**
 * The sessions whose admin token, where they have one, has not ended. Both are read in one statement, so that no session outlasts
 * its token, whenever it was stored.
 */
const inForce = (knex: Knex, now: string): Knex.QueryBuilder =>
  knex('console_sessions')
    .leftJoin('admin_tokens', 'admin_tokens.id', 'console_sessions.token_id')
    .whereRaw(IN_FORCE, [now]);

const IN_FORCE =
  '(console_sessions.token_id is null or (admin_tokens.id is not null and admin_tokens.revoked_at is null and ' +
  '(admin_tokens.expires_at is null or admin_tokens.expires_at > ?)))';

/** A role that is not known here, as another version of the server may write it, may do the least. */
const toSession = ({ hash, name, role, signed_in, last_seen, token_id, ...by }: SessionRow): ConsoleSession => ({
  hash,
  name,
  role: ROLES.find((one) => one === role) ?? 'viewer',
  signedIn: signed_in,
  lastSeen: last_seen,
  ...(token_id === null ? {} : { tokenId: token_id }),
  ...(by.proof === null ? {} : { proof: by.proof }),
  ...(by.subject === null ? {} : { subject: by.subject }),
  ...(by.authenticated === null ? {} : { authenticated: by.authenticated }),
});
