import type { ProcessRegister } from '../process-register.js';
import { selectRows, type Database } from './connections/database.js';
import type { Dialect } from './connections/driver.js';

/** Seconds after which a row is deleted whose process never said that it ends. */
const FORGOTTEN_AFTER = 3_600;

/** Seconds since 1970 by the database's clock, so that those of the processes do not matter. */
const NOW: Readonly<Record<Dialect, string>> = {
  sqlite: 'unixepoch()',
  postgres: 'extract(epoch from clock_timestamp())',
};

/** The register in the table `server_processes`. */
export class KnexProcessRegister implements ProcessRegister {
  readonly #database: Database;
  readonly #now: string;

  constructor(database: Database) {
    this.#database = database;
    this.#now = NOW[database.dialect];
  }

  async report(processId: string, report: string): Promise<void> {
    await this.#database.unit(async (session) => {
      await selectRows(
        session,
        `insert into server_processes (id, report, seen) values (?, ?, ${this.#now})
         on conflict (id) do update set report = excluded.report, seen = excluded.seen`,
        [processId, report],
      );
      await selectRows(session, `delete from server_processes where seen < ${this.#now} - ?`, [FORGOTTEN_AFTER]);
    });
  }

  async others(processId: string, seconds: number): Promise<readonly string[]> {
    const rows = await this.#database.lookup((session) =>
      selectRows<{ report: string }>(
        session,
        `select report from server_processes where id <> ? and seen >= ${this.#now} - ?`,
        [processId, seconds],
      ),
    );
    return rows.map(({ report }) => report);
  }

  async leave(processId: string): Promise<void> {
    await this.#database.unit(({ knex }) => knex('server_processes').where({ id: processId }).delete());
  }
}
