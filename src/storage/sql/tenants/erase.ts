import { pageSize } from '../../page-size.js';
import type { Database, Session, Work } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';
import { TENANT_TABLES } from './tables.js';

/** How many rows one unit of work erases. */
const PIECE = pageSize(2000);

/** Runs work as one unit of work of the tenant. */
type Unit = <T>(work: Work<T>) => Promise<T>;

/**
 * Erases a tenant in pieces, so that other tenants' units of work get their turn in between.
 * It is disabled first; what is in progress still adds rows for a while, which are erased as well.
 * @param before is done first in every unit of work, and ends the erasing where it throws
 */
export async function eraseTenant(
  database: Database,
  tenantId: string,
  before: Work<void> = () => Promise.resolve(),
): Promise<boolean> {
  const unit: Unit = (work) =>
    database.unit(async (session) => {
      await before(session);
      return work(session);
    }, tenantId);
  const disabled = await unit(({ knex }) => knex('tenants').where({ id: tenantId }).update({ enabled: false }));
  if (disabled === 0) return false;
  do {
    for (const { table, key } of TENANT_TABLES) {
      while ((await tryPiece(unit, tenantId, table, key)) === PIECE.items);
    }
  } while (!(await unit((session) => eraseRest(session, tenantId))));
  return true;
}

/** What still is referred to, since rows that refer to it were added meanwhile, is left for the next time. */
async function tryPiece(unit: Unit, tenantId: string, table: string, key: readonly string[]): Promise<number> {
  try {
    return await unit((session) => erasePiece(session, tenantId, table, key));
  } catch (error) {
    if (isForeignKeyViolation(error)) return 0;
    throw error;
  }
}

function erasePiece({ knex }: Session, tenantId: string, table: string, key: readonly string[]): Promise<number> {
  const piece = knex(table).where({ tenant_id: tenantId }).select(key).limit(PIECE.items);
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
    if ((await erasePiece(session, tenantId, table, key)) === PIECE.items) return false;
  }
  await session.knex('tenants').where({ id: tenantId }).del();
  return true;
}
