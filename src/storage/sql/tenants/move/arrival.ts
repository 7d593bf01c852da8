import { conflict, type ScimError } from '../../../../protocol/scim-error.js';
import type { ResourceTypeName } from '../../../../protocol/schemas/attribute.js';
import type { MovedResource, MovedRow, MovedTable, TenantArrival } from '../../../tenant-moves.js';
import { selectRows, type Database, type Session, type Work } from '../../connections/database.js';
import { isForeignKeyViolation, isUniqueViolation, type Dialect } from '../../connections/driver.js';
import { addToCount, toContentColumns } from '../../directory/rows.js';
import { toValueRows } from '../../directory/matching-values.js';
import { insertBound, recordset } from '../../statements.js';
import { eraseTenant } from '../erase.js';

/** Seconds since 1970 by the database's clock, so that those of the processes do not matter. */
export const NOW: Readonly<Record<Dialect, string>> = {
  sqlite: 'unixepoch()',
  postgres: 'extract(epoch from clock_timestamp())',
};

/** A tenant that is being imported, as long as nobody has given the import up. */
export class KnexTenantArrival implements TenantArrival {
  readonly #database: Database;
  readonly #tenantId: string;
  readonly #importId: string;

  constructor(database: Database, tenantId: string, importId: string) {
    this.#database = database;
    this.#tenantId = tenantId;
    this.#importId = importId;
  }

  add({ table }: MovedTable, rows: readonly MovedRow[]): Promise<void> {
    if (table === 'memberships') return this.#unit((session) => this.#join(session, rows));
    return this.#unit((session) =>
      insertBound(
        session,
        table,
        rows.map((row) => ({ tenant_id: this.#tenantId, ...row })),
      ),
    );
  }

  addResources(resources: readonly MovedResource[]): Promise<void> {
    const tenantId = this.#tenantId;
    return this.#unit(async (session) => {
      await insertBound(
        session,
        'resources',
        resources.map(({ id, type, version, created, lastModified, membersVersion, content }) => ({
          ...{ tenant_id: tenantId, id, type, version, created, last_modified: lastModified },
          members_version: membersVersion,
          ...toContentColumns(content),
        })),
      );
      const values = resources.flatMap(({ id, type, content }) =>
        toValueRows({ tenantId, type, id }, content.matchingValues),
      );
      await insertBound(session, 'attribute_values', values);
      for (const type of ['User', 'Group'] satisfies ResourceTypeName[]) {
        const added = resources.filter((resource) => resource.type === type).length;
        if (added > 0) await addToCount(session, tenantId, type, added);
      }
    });
  }

  async finish(counts: ReadonlyMap<string, number>): Promise<void> {
    await this.#unit(async (session) => {
      for (const [table, expected] of counts) await this.#checkCount(session, table, expected);
      await session.knex('tenants').where({ id: this.#tenantId }).update({ import_seen: null, import_id: null });
    });
    // The database takes note of how much there is by now, so that it plans its statements accordingly.
    await this.#database.unit(async ({ dialect, knex }) => {
      if (dialect === 'postgres') await knex.raw('analyze resources, attribute_values, memberships');
    });
  }

  async abandon(over?: AbortSignal): Promise<void> {
    // Where somebody else has taken over, the rows are not this import's any more: each unit of work looks.
    await eraseTenant(this.#database, this.#tenantId, async (session) => {
      over?.throwIfAborted();
      await this.#giveSign(session);
    });
  }

  /** A membership has what its member is called. */
  async #join(session: Session, rows: readonly MovedRow[]): Promise<void> {
    const given = recordset(session, 'g', ['group_id', 'member_id', 'member_type', 'version']);
    const joined = await selectRows(
      session,
      `insert into memberships (tenant_id, group_id, member_id, member_type, display, version)
       select r.tenant_id, g.group_id, r.id, r.type, r.display, cast(g.version as bigint) from ${given}
       join resources r on r.tenant_id = ? and r.id = g.member_id and r.type = g.member_type returning member_id`,
      [JSON.stringify(rows), this.#tenantId],
    );
    if (joined.length < rows.length) throw conflict(DANGLING);
  }

  async #checkCount(session: Session, table: string, expected: number): Promise<void> {
    const sql = `select count(*) as n from ${table} where tenant_id = ?`;
    const [row] = await selectRows<{ n: number | string }>(session, sql, [this.#tenantId]);
    if (Number(row?.n) === expected) return;
    throw new Error(
      `${table} has ${row?.n ?? 0} rows of the tenant and should have ${expected}; nothing was imported.`,
    );
  }

  /** Work that notes when it was done, in a transaction of its own. */
  async #unit(work: Work<void>): Promise<void> {
    try {
      await this.#database.unit(async (session) => {
        await this.#giveSign(session);
        await work(session);
      }, this.#tenantId);
    } catch (error) {
      throw refusal(error) ?? error;
    }
  }

  async #giveSign(session: Session): Promise<void> {
    const sql = `update tenants set import_seen = ${NOW[session.dialect]} where id = ? and import_id = ? returning id`;
    const rows = await selectRows(session, sql, [this.#tenantId, this.#importId]);
    if (rows.length === 0)
      throw conflict('The import was given up, since nothing had come for two minutes. Import anew.');
  }
}

function refusal(error: unknown): ScimError | undefined {
  if (isUniqueViolation(error)) {
    return conflict('Two rows have the same key, or two resources the same name or unique value.');
  }
  return isForeignKeyViolation(error) ? conflict(DANGLING) : undefined;
}

const DANGLING = 'A row refers to a resource that is not there.';
