import { ROLES } from '../../../model/role.js';
import type { ConsoleSession, SessionEnds, SessionStore } from '../../console-store.js';
import type { Database } from '../connections/database.js';

interface SessionRow {
  readonly hash: string;
  readonly name: string;
  readonly role: string;
  readonly signed_in: string;
  readonly last_seen: string;
}

/** The table `console_sessions`. */
export class KnexSessionStore implements SessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert({ hash, name, role, signedIn, lastSeen }: ConsoleSession, ended: SessionEnds): Promise<void> {
    await this.#database.unit(async ({ knex }) => {
      await knex('console_sessions')
        .where('signed_in', '<=', ended.signedIn)
        .orWhere('last_seen', '<=', ended.lastSeen)
        .delete();
      await knex('console_sessions').insert({ hash, name, role, signed_in: signedIn, last_seen: lastSeen });
    });
  }

  async find(hash: string): Promise<ConsoleSession | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('console_sessions').where({ hash }).first<SessionRow | undefined>('*'),
    );
    return row && toSession(row);
  }

  async touch(hash: string, at: string): Promise<void> {
    await this.#database.unit(({ knex }) => knex('console_sessions').where({ hash }).update({ last_seen: at }));
  }

  async remove(hash: string): Promise<boolean> {
    return (await this.#database.unit(({ knex }) => knex('console_sessions').where({ hash }).delete())) > 0;
  }

  async latest(ended: SessionEnds, limit: number): Promise<readonly ConsoleSession[]> {
    const rows = await this.#database.lookup(({ knex }) =>
      knex<SessionRow>('console_sessions')
        .where('signed_in', '>', ended.signedIn)
        .where('last_seen', '>', ended.lastSeen)
        .orderBy('signed_in', 'desc')
        .limit(limit)
        .select('*'),
    );
    return rows.map(toSession);
  }
}

/** A role that is not known here, as another version of the server may write it, may do the least. */
const toSession = ({ hash, name, role, signed_in, last_seen }: SessionRow): ConsoleSession => ({
  hash,
  name,
  role: ROLES.find((one) => one === role) ?? 'viewer',
  signedIn: signed_in,
  lastSeen: last_seen,
});
