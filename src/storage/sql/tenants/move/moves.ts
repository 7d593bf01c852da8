import { tenantNameKey } from '../../../../model/tenant.js';
import type { TenantSchema } from '../../../../model/tenant-schemas.js';
import { conflict, type ScimError } from '../../../../protocol/scim-error.js';
import type { MovedRow, MovedTable, TenantArrival, TenantMoves, TenantSnapshot } from '../../../tenant-moves.js';
import { selectRows, type Database } from '../../connections/database.js';
import { toTenantSchema } from '../schemas.js';
import { KnexTenantArrival, NOW } from './arrival.js';
import { readTables, tenantTable } from './columns.js';
import { readSnapshot } from './snapshot.js';

/** Seconds without a row stored after which an import counts as interrupted: twice as long as one unit of work may take. */
const ABANDONED_AFTER = 120;

/** Moves of tenants out of this database and into it. */
export class KnexTenantMoves implements TenantMoves {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  tables(withActivity: boolean): Promise<readonly MovedTable[]> {
    return this.#database.lookup(async ({ knex }) => [
      await tenantTable(knex),
      ...(await readTables(knex, withActivity)),
    ]);
  }

  snapshot<T>(
    tenantId: string,
    withActivity: boolean,
    read: (snapshot: TenantSnapshot) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#database.snapshot(async (session) => {
      const snapshot = await readSnapshot(session, tenantId, withActivity);
      return snapshot && read(snapshot);
    });
  }

  schemaIn({ active, registering }: MovedRow): TenantSchema {
    const text = (value: MovedRow[string] | undefined): string | null => (typeof value === 'string' ? value : null);
    return toTenantSchema({ active: text(active), registering: text(registering) });
  }

  async begin(tenant: MovedRow, importId: string): Promise<TenantArrival> {
    const { id, name } = { id: String(tenant['id']), name: String(tenant['name']) };
    const began = await this.#database.unit(async (session) => {
      const rows = await session
        .knex('tenants')
        .insert({
          ...{ ...tenant, name_key: tenantNameKey(name), import_id: importId },
          import_seen: session.knex.raw(NOW[session.dialect]),
        })
        .onConflict()
        .ignore()
        .returning('id');
      return rows.length > 0;
    });
    if (!began) throw await this.#taken(id);
    return new KnexTenantArrival(this.#database, id, importId);
  }

  async removeAbandoned(sweepId: string, over?: AbortSignal): Promise<number> {
    for (let removed = 0; ; removed += 1) {
      const arrival = await this.#takeOver(sweepId);
      if (arrival === undefined) return removed;
      try {
        await arrival.abandon(over);
      } catch (error) {
        if (over?.aborted === true) return removed;
        throw error;
      }
    }
  }

  /**
   * Takes over the import that was interrupted first. From then on its own process stores nothing more, and as long as there are
   * signs of this one, no other takes it over.
   * @returns undefined if there is none
   */
  async #takeOver(sweepId: string): Promise<TenantArrival | undefined> {
    const [taken] = await this.#database.unit((session) => {
      const interrupted = `import_seen < ${NOW[session.dialect]} - ${ABANDONED_AFTER}`;
      return selectRows<{ id: string }>(
        session,
        `update tenants set import_id = ?, import_seen = ${NOW[session.dialect]}
         where id = (select id from tenants where ${interrupted} order by import_seen limit 1) and ${interrupted} returning id`,
        [sweepId],
      );
    });
    return taken && new KnexTenantArrival(this.#database, taken.id, sweepId);
  }

  async #taken(id: string): Promise<ScimError> {
    const [row] = await this.#database.lookup((session) =>
      selectRows<{ import_seen: number | null }>(session, 'select import_seen from tenants where id = ?', [id]),
    );
    if (row === undefined) return conflict(NAME_TAKEN);
    return conflict(row.import_seen === null ? ID_TAKEN : UNDER_WAY);
  }
}

const NAME_TAKEN =
  'This database has another tenant with the same name, or one that is being imported. Rename it, or delete it with: flexwhere-scim tenant delete ID';
const ID_TAKEN =
  'This database has this tenant already. To import it again, delete it first: flexwhere-scim tenant delete ID';
const UNDER_WAY =
  'This tenant is being imported already. What an interrupted import leaves behind is erased by the next import, two minutes after its last rows, or by a server: wait, and import again.';
