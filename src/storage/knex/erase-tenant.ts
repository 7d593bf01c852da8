import type { Database, Session } from './database.js';
import { isForeignKeyViolation } from './driver.js';

/** How many rows one unit of work erases. */
const PIECE = 2000;

/** What belongs to a tenant, and the rest of its key: what refers to others comes first. */
const TABLES = [
  { table: 'memberships', key: ['group_id', 'member_id'] },
  { table: 'attribute_values', key: ['type', 'attribute', 'value', 'resource_id'] },
  { table: 'resources', key: ['id'] },
  { table: 'resource_counts', key: ['type'] },
  { table: 'sync_runs', key: ['id'] },
  { table: 'sync_plans', key: ['id'] },
  { table: 'sync_plan_lines', key: ['plan_id', 'number'] },
  { table: 'sync_holds', key: ['subject', 'resource_id', 'member_id'] },
  { table: 'sync_policies', key: ['tenant_id'] },
  { table: 'mirror', key: ['type', 'resource_id'] },
  { table: 'mirror_memberships', key: ['group_id', 'member_id'] },
  { table: 'sync_audit', key: ['id'] },
] as const;

/**
 * Erases a tenant in pieces, so that other tenants' units of work get their turn in between.
 * It is disabled first; what a request under way still adds is erased as well, since the tenant's row goes last.
 */
export async function eraseTenant(database: Database, tenantId: string): Promise<boolean> {
  const disabled = await database.unit(({ knex }) =>
    knex('tenants').where({ id: tenantId }).update({ enabled: false }),
  );
  if (disabled === 0) return false;
  do {
    for (const { table, key } of TABLES) {
      while ((await database.unit((session) => erasePiece(session, tenantId, table, key), tenantId)) === PIECE);
    }
  } while (!(await eraseRow(database, tenantId)));
  return true;
}

function erasePiece({ knex }: Session, tenantId: string, table: string, key: readonly string[]): Promise<number> {
  const piece = knex(table).where({ tenant_id: tenantId }).select(key).limit(PIECE);
  return knex(table)
    .where({ tenant_id: tenantId })
    .whereIn([...key], piece)
    .del();
}

/** False when something of the tenant is left. */
async function eraseRow(database: Database, tenantId: string): Promise<boolean> {
  try {
    await database.unit(({ knex }) => knex('tenants').where({ id: tenantId }).del());
    return true;
  } catch (error) {
    if (isForeignKeyViolation(error)) return false;
    throw error;
  }
}
