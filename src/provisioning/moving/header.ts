import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { MovedRow, MovedTable } from '../../storage/tenant-moves.js';
import { FORMAT, FORMAT_VERSION, type HeaderTable, type MoveHeader } from './format.js';
import { refused } from './lines.js';
import { checkRow } from './row.js';

const NEWER = 'The file was made by a newer version of FlexWhere SCIM: upgrade this one';

/** The tables that others rest on, which come first. */
const FIRST = ['tenant_schemas', 'resources', 'memberships'];

/**
 * Reads the first line.
 * @param tables those of this database; the first is `tenants`
 * @throws ScimError 400 for one that is no header, or of tables and columns that this version does not know
 */
export function readHeader(value: JsonObject, tables: readonly MovedTable[]): MoveHeader {
  if (value['format'] !== FORMAT) throw refused(1, 'is not the header of a tenant; make the file with tenant export');
  if (value['formatVersion'] !== FORMAT_VERSION)
    throw refused(
      1,
      `has the format version ${JSON.stringify(value['formatVersion'])}, not ${FORMAT_VERSION}. ${NEWER}`,
    );
  const { exportedAt, tenant, users, groups } = value;
  const ofTenants = tables.find(({ table }) => table === 'tenants');
  if (!isJsonObject(tenant) || ofTenants === undefined) throw refused(1, 'has no tenant');
  if (!isCount(users) || !isCount(groups) || typeof exportedAt !== 'string')
    throw refused(1, 'does not say when it was exported, and how many users and groups there are');
  checkColumns(ofTenants, Object.keys(tenant));
  return {
    ...{ format: FORMAT, formatVersion: FORMAT_VERSION, exportedAt, users, groups },
    tenant: tenantRow(tenant, ofTenants),
    tables: readTables(value['tables'], tables),
  };
}

function tenantRow(tenant: JsonObject, { table, columns }: MovedTable): MovedRow {
  const names = Object.keys(tenant);
  return checkRow(1, { table, columns: columns.filter(({ name }) => names.includes(name)) }, tenant);
}

function readTables(value: JsonValue | undefined, tables: readonly MovedTable[]): readonly HeaderTable[] {
  if (value === undefined || !isJsonArray(value)) throw refused(1, 'has no tables');
  const found = value.map((entry) => readTable(entry, tables));
  const names = found.map(({ table }) => table);
  if (new Set(names).size < names.length) throw refused(1, 'names a table twice');
  if (FIRST.some((name, place) => names[place] !== name)) throw refused(1, `must name ${FIRST.join(', ')} first`);
  return found;
}

function readTable(entry: JsonValue, tables: readonly MovedTable[]): HeaderTable {
  if (!isJsonObject(entry)) throw refused(1, 'has a table that is no object');
  const { table, columns, rows } = entry;
  const known = tables.slice(1).find((one) => one.table === table);
  if (known === undefined) throw refused(1, `has a table that this version does not know. ${NEWER}`);
  if (!isCount(rows) || columns === undefined || !isJsonArray(columns))
    throw refused(1, `does not say which columns and how many rows ${known.table} has`);
  const names = columns.map(String);
  checkColumns(known, names);
  return { table: known.table, columns: names, rows };
}

function checkColumns({ table, columns }: MovedTable, names: readonly string[]): void {
  const unknown = names.some((name) => !columns.some((column) => column.name === name));
  if (unknown || new Set(names).size < names.length)
    throw refused(1, `has a column of ${table} that this version does not know. ${NEWER}`);
  const missing = columns.find(({ name, hasDefault }) => !hasDefault && !names.includes(name));
  if (missing !== undefined) throw refused(1, `lacks the column ${missing.name} of ${table}`);
}

const isCount = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
