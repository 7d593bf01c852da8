import type { CheckSession, CheckSessionStore } from '../../console-store.js';
import type { Database } from '../connections/database.js';

interface CheckRow {
  readonly hash: string;
  readonly token_hash: string;
  readonly ends: string;
}

/** The table `check_sessions`. */
export class KnexCheckSessionStore implements CheckSessionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async insert({ hash, tokenHash, ends }: CheckSession, now: string): Promise<void> {
    await this.#database.unit(async ({ knex }) => {
      await knex('check_sessions').where('ends', '<=', now).delete();
      await knex('check_sessions').insert({ hash, token_hash: tokenHash, ends });
    });
  }

  async find(hash: string): Promise<CheckSession | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('check_sessions').where({ hash }).first<CheckRow | undefined>('*'),
    );
    return row && { hash: row.hash, tokenHash: row.token_hash, ends: row.ends };
  }
}
