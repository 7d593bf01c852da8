import type { Database, Session } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';
import { TENANT_TABLES } from './tables.js';

/** How many rows one unit of work erases. */
const PIECE = 2000;

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
    for (const { table, key } of TENANT_TABLES) {
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
  for (const { table, key } of TENANT_TABLES) {
    if ((await erasePiece(session, tenantId, table, key)) === PIECE) return false;
  }
  await session.knex('tenants').where({ id: tenantId }).del();
  return true;
}
