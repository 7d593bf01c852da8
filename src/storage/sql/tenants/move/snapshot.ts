import { pageSize } from '../../../page-size.js';
import type { MovedRow, MovedTable, TenantSnapshot } from '../../../tenant-moves.js';
import { selectRows, type Session } from '../../connections/database.js';
import { wholeNumber } from '../../statements.js';
import { movingTables } from '../tables.js';
import { readTables, tenantTable, toMovedRow } from './columns.js';

/**
 * How many rows are read at a time: at first, and at most; and about how many characters they may have together. Long rows may
 * stand behind short ones, so that the most are as many of the longest as fit in memory.
 */
const FIRST_ROWS = pageSize(10);
const MOST_ROWS = pageSize(100);
const MOST_TEXT = 2_000_000;

/** Reads a tenant on a session that sees one moment. @returns undefined if there is no such tenant */
export async function readSnapshot(
  session: Session,
  tenantId: string,
  withActivity: boolean,
): Promise<TenantSnapshot | undefined> {
  const ofTenants = await tenantTable(session.knex);
  const [row] = await selectRows<Record<string, unknown>>(
    session,
    'select * from tenants where id = ? and import_seen is null',
    [tenantId],
  );
  if (row === undefined) return undefined;
  const tables = [];
  for (const table of await readTables(session.knex, withActivity)) {
    tables.push({ ...table, count: await count(session, `${table.table} where tenant_id = ?`, tenantId) });
  }
  return {
    tenant: toMovedRow(ofTenants, row),
    tables,
    users: await count(session, `resources where tenant_id = ? and type = 'User'`, tenantId),
    groups: await count(session, `resources where tenant_id = ? and type = 'Group'`, tenantId),
    isRunning: (await count(session, `sync_runs where tenant_id = ? and state = 'running'`, tenantId)) > 0,
    rows: (table) => rowsOf(session, tenantId, table),
  };
}

async function count(session: Session, from: string, tenantId: string): Promise<number> {
  const [row] = await selectRows<{ n: number | string }>(session, `select count(*) as n from ${from}`, [tenantId]);
  return Number(row?.n ?? 0);
}

async function* rowsOf(
  session: Session,
  tenantId: string,
  table: MovedTable,
): AsyncGenerator<readonly MovedRow[], void> {
  const key = keyOf(table.table);
  const columns = table.columns.map(({ name }) => name).join(', ');
  const order = key.length === 0 ? '' : `order by ${key.join(', ')}`;
  const behind = `and (${key.join(', ')}) > (${key.map(() => '?').join(', ')})`;
  let last: readonly (string | number)[] | undefined;
  let limit = FIRST_ROWS.items;
  for (;;) {
    const sql = `select ${columns} from ${table.table} where tenant_id = ? ${last === undefined ? '' : behind} ${order} limit ${wholeNumber(limit)}`;
    const found = await selectRows<Record<string, unknown>>(session, sql, [tenantId, ...(last ?? [])]);
    const rows = found.map((row) => toMovedRow(table, row));
    if (rows.length > 0) yield rows;
    const end = rows.at(-1);
    if (end === undefined || rows.length < limit || key.length === 0) return;
    last = key.map((column) => end[column] as string | number);
    limit = nextLimit(rows);
  }
}

function keyOf(name: string): readonly string[] {
  const found = movingTables(true).find(({ table }) => table === name);
  return (found?.key ?? []).filter((column) => column !== 'tenant_id');
}

/** As many rows as have about as much text as fits, if they are like those that were read last. */
function nextLimit(rows: readonly MovedRow[]): number {
  let length = 1;
  for (const row of rows) for (const value of Object.values(row)) length += String(value).length;
  return Math.max(1, Math.min(MOST_ROWS.items, Math.floor((MOST_TEXT * rows.length) / length)));
}
