import { pageSize } from '../../storage/page-size.js';
import { invalidValue, ScimError } from '../../protocol/scim-error.js';
import type { Storage } from '../../storage/storage.js';
import type { TenantArrival } from '../../storage/tenant-moves.js';
import { MoveFile, type MovedLine, type MoveTarget } from './read-file.js';

/** How many rows one unit of work stores at most, and about how many characters they may have. */
const MOST_ROWS = pageSize(200);
const MOST_TEXT = 1_000_000;

/** What was imported. */
export interface ImportedTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly users: number;
  readonly groups: number;
}

interface Importing {
  readonly storage: Pick<Storage, 'moves'>;
  readonly newId: () => string;
  readonly nameOf: MoveTarget['nameOf'];
}

/**
 * Imports a tenant from a file of `exportTenant`, with its ids, versions and times. The file is read twice: all of it is checked
 * before anything is stored. Nobody finds the tenant before its last row is there; where that never comes, it is erased.
 * @throws ScimError 400 that names the line of a file that cannot be imported, 409 where the database has such a tenant
 */
export async function importTenant(
  { storage: { moves }, newId, nameOf }: Importing,
  path: string,
): Promise<ImportedTenant> {
  const target = { tables: await moves.tables(true), schemaIn: moves.schemaIn.bind(moves), nameOf };
  const checked = new MoveFile(path, target);
  const counted = await countTypes(checked);
  const { tenant, users, groups } = checked.header;
  if (counted.users !== users || counted.groups !== groups)
    throw invalidValue(`Line 1 has another number of users or groups than there are. Nothing was imported.`);
  await moves.removeAbandoned(newId());
  const arrival = await moves.begin(tenant, newId());
  try {
    const stored = new MoveFile(path, target);
    await storeAll(arrival, stored);
    if (stored.sha256 !== checked.sha256)
      throw invalidValue('The file was changed while it was read. Import it again.');
    await arrival.finish(new Map(stored.header.tables.map(({ table, rows }) => [table, rows])));
  } catch (error) {
    // Where that fails as well, a server or the next import erases what is left.
    await arrival.abandon().catch(() => undefined);
    throw error;
  }
  const [tenantId, name] = [String(tenant['id']), String(tenant['name'])];
  return { tenantId, name, enabled: tenant['enabled'] === true, users, groups };
}

async function countTypes(file: MoveFile): Promise<{ users: number; groups: number }> {
  const counts = { users: 0, groups: 0 };
  for await (const { resource } of file.rows()) {
    if (resource?.type === 'User') counts.users += 1;
    else if (resource !== undefined) counts.groups += 1;
  }
  return counts;
}

/** Stores the rows in their order, those of one table together. */
async function storeAll(arrival: TenantArrival, file: MoveFile): Promise<void> {
  let piece: MovedLine[] = [];
  let length = 0;
  for await (const line of file.rows()) {
    if (piece[0] !== undefined && piece[0].table !== line.table) {
      await storePiece(arrival, piece);
      piece = [];
      length = 0;
    }
    piece.push(line);
    length += lengthOf(line);
    if (piece.length < MOST_ROWS.items && length < MOST_TEXT) continue;
    await storePiece(arrival, piece);
    piece = [];
    length = 0;
  }
  await storePiece(arrival, piece);
}

function lengthOf({ row }: MovedLine): number {
  let length = 0;
  for (const value of Object.values(row)) if (typeof value === 'string') length += value.length;
  return length;
}

async function storePiece(arrival: TenantArrival, piece: readonly MovedLine[]): Promise<void> {
  const [first, last] = [piece[0], piece.at(-1)];
  if (first === undefined || last === undefined) return;
  const resources = piece.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  try {
    if (resources.length > 0) await arrival.addResources(resources);
    else
      await arrival.add(
        first.table,
        piece.map(({ row }) => row),
      );
  } catch (error) {
    if (!(error instanceof ScimError) || error.status !== 409) throw error;
    throw new ScimError(409, `Lines ${first.line} to ${last.line}: ${error.message} Nothing was imported.`);
  }
}
