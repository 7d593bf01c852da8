import type { AlertTurns, Turn } from '../../alerts/alert-store.js';
import type { Database } from '../connections/database.js';

interface WatchRow {
  readonly owner: string | null;
  readonly until: string;
  readonly position: string;
  readonly seen: string;
  readonly listening: string;
}

/** The one row of `alert_watch`. */
const WATCH = { name: 'tenants' };

/** Whose turn it is, in the table `alert_watch`. */
export class KnexAlertTurns implements AlertTurns {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  take(owner: string, now: string, leaseUntil: string, gap: string): Promise<Turn | undefined> {
    return this.#database.unit(async ({ knex }) => {
      const first = { ...WATCH, owner: null, until: now, position: '', seen: now, listening: now };
      await knex('alert_watch').insert(first).onConflict('name').ignore();
      const row = await knex<WatchRow>('alert_watch').where(WATCH).forUpdate().first();
      if (row === undefined || row.until > now) return undefined;
      const listening = row.seen < gap ? now : row.listening;
      await knex('alert_watch').where(WATCH).update({ owner, until: leaseUntil, seen: now, listening });
      return { after: row.position === '' ? undefined : row.position, listening };
    });
  }

  async keep(owner: string, after: string, now: string, leaseUntil: string): Promise<boolean> {
    return (await this.#update(owner, { position: after, seen: now, until: leaseUntil })) === 1;
  }

  async finish(owner: string, now: string, next: string): Promise<void> {
    await this.#update(owner, { position: '', seen: now, until: next, owner: null });
  }

  async find(): Promise<(Turn & { readonly seen: string }) | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('alert_watch').where(WATCH).first<WatchRow | undefined>('*'),
    );
    return row && { after: undefined, listening: row.listening, seen: row.seen };
  }

  #update(owner: string, columns: Partial<WatchRow>): Promise<number> {
    return this.#database.unit(({ knex }) =>
      knex('alert_watch')
        .where({ ...WATCH, owner })
        .update(columns),
    );
  }
}
