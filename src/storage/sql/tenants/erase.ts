import type { Database, Session } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';

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
  { table: 'sync_plan_reviews', key: ['plan_id'] },
  { table: 'sync_plan_groups', key: ['plan_id', 'lines', 'signature'] },
  { table: 'sync_plan_index', key: ['plan_id', 'key', 'first'] },
  { table: 'sync_holds', key: ['subject', 'resource_id', 'member_id'] },
  { table: 'sync_policies', key: ['tenant_id'] },
  { table: 'mirror', key: ['type', 'resource_id'] },
  { table: 'mirror_memberships', key: ['group_id', 'member_id'] },
  { table: 'mirror_owners', key: ['tenant_id'] },
  { table: 'sync_audit', key: ['id'] },
  { table: 'activity', key: ['id'] },
  { table: 'activity_hours', key: ['hour', 'operation', 'outcome'] },
  { table: 'activity_settings', key: ['tenant_id'] },
  { table: 'setup_links', key: ['tenant_id'] },
] as const;

/**
 * Erases a tenant in pieces, so that other tenants' units of work get their turn in between.
 * It is disabled first; what is in progress still adds rows for a while, which are erased as well.
 */
export async function eraseTenant(database: Database, tenantId: string): Promise<boolean> {
  const disabled = await database.unit(({ knex }) =>
    knex('tenants').where({ id: tenantId }).update({ enabled: false }),
  );
  if (disabled === 0) return false;
  do {
    for (const { table, key } of TABLES) {
      while ((await tryPiece(database, tenantId, table, key)) === PIECE);
    }
  } while (!(await database.unit((session) => eraseRest(session, tenantId), tenantId)));
  return true;
}

/** What still is referred to, since rows that refer to it were added meanwhile, is left for the next time. */
async function tryPiece(database: Database, tenantId: string, table: string, key: readonly string[]): Promise<number> {
  try {
    return await database.unit((session) => erasePiece(session, tenantId, table, key), tenantId);
  } catch (error) {
    if (isForeignKeyViolation(error)) return 0;
    throw error;
  }
}

function erasePiece({ knex }: Session, tenantId: string, table: string, key: readonly string[]): Promise<number> {
  const piece = knex(table).where({ tenant_id: tenantId }).select(key).limit(PIECE);
  return knex(table)
    .where({ tenant_id: tenantId })
    .whereIn([...key], piece)
    .del();
}

/**
 * Erases what was added meanwhile, and the tenant's row, which nobody can refer to while this unit of work has it: one
 * that goes on adding could outrun the pieces forever. False where more is left than a unit of work may take.
 */
async function eraseRest(session: Session, tenantId: string): Promise<boolean> {
  await session.knex('tenants').where({ id: tenantId }).forUpdate().first('id');
  for (const { table, key } of TABLES) {
    if ((await erasePiece(session, tenantId, table, key)) === PIECE) return false;
  }
  await session.knex('tenants').where({ id: tenantId }).del();
  return true;
}
