import type { ListQuery, Page, SortPosition } from '../storage.js';
import { selectRows, type Reads, type Session } from './database.js';
import type { Dialect } from './driver.js';
import { filterToSql } from './filter-to-sql.js';
import type { Origin } from './filter-to-sql-memberships.js';
import { RESOURCE_COLUMNS, toStoredResource, type ResourceRow } from './rows.js';
import { sortOrder, type SortOrder } from './sort-order.js';
import { orderBy, rangesBehind, type Condition } from './sort-ranges.js';

interface KeyedRow extends ResourceRow {
  readonly sort_key: SortPosition['key'];
}

/** A list query, compiled for one tenant and one database. */
interface Compiled {
  readonly tenantId: string;
  readonly query: ListQuery;
  readonly order: SortOrder;
  readonly where: Condition;
}

/**
 * One page of a tenant's resources.
 * @throws ScimError 400 `tooMany` when it takes longer than its budget.
 */
export function listResources(reads: Reads, dialect: Dialect, origin: Origin, query: ListQuery): Promise<Page> {
  const { tenantId } = origin;
  const order = sortOrder(dialect, query.sort);
  const filter = query.filter && filterToSql(query.filter, { ...origin, dialect, type: query.type });
  const where = {
    sql: `r.tenant_id = ? and r.type = ?${filter ? ` and (${filter.sql})` : ''}`,
    bindings: [tenantId, query.type, ...(filter?.bindings ?? [])],
  };
  const work = (session: Session): Promise<Page> => readPage(session, { tenantId, query, order, where });
  return (filter?.indexed ?? order.indexed) ? reads.lookup(work) : reads.scan(tenantId, work);
}

async function readPage(session: Session, compiled: Compiled): Promise<Page> {
  const { offset, limit, after } = compiled.query;
  // One more than the page has tells whether another follows, and often what the total is.
  const rows = limit === 0 ? [] : await readRows(session, compiled, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const whole = after === undefined && rows.length <= limit && (rows.length > 0 || (offset === 0 && limit > 0));
  return {
    total: whole ? offset + rows.length : await countResources(session, compiled),
    resources: page.map(toStoredResource),
    ...(last !== undefined && rows.length > limit ? { next: { key: last.sort_key, id: last.id } } : {}),
  };
}

/** Reads along the ranges of the order until there are enough rows. */
async function readRows(session: Session, compiled: Compiled, limit: number): Promise<readonly KeyedRow[]> {
  const { after } = compiled.query;
  const rows: KeyedRow[] = [];
  for (const range of rangesBehind(compiled.order, after)) {
    if (rows.length < limit) rows.push(...(await readRange(session, compiled, range, limit - rows.length)));
  }
  return rows;
}

/**
 * Finds the keys of the page in an index that holds them all, and then the resources by their primary keys:
 * passing over resources does not read them.
 */
function readRange(
  session: Session,
  { tenantId, query, order, where }: Compiled,
  range: Condition,
  limit: number,
): Promise<readonly KeyedRow[]> {
  const keys = `select r.id, ${order.key} as sort_key from resources r where ${where.sql} and ${range.sql}
    order by ${orderBy(order, 'sort_key', 'r.id')} limit ? offset ?`;
  const sql = `select ${RESOURCE_COLUMNS.map((column) => `w.${column}`).join(', ')}, k.sort_key
    from (${keys}) k join resources w on w.tenant_id = ? and w.id = k.id order by ${orderBy(order, 'k.sort_key', 'k.id')}`;
  const offset = query.after === undefined ? query.offset : 0;
  return selectRows<KeyedRow>(session, sql, [
    ...order.bindings,
    ...where.bindings,
    ...range.bindings,
    limit,
    offset,
    tenantId,
  ]);
}

/** How many resources match; without a filter that is kept as a number. */
async function countResources(session: Session, { tenantId, query, where }: Compiled): Promise<number> {
  const [row] = query.filter
    ? await selectRows<{ count: number | string }>(
        session,
        `select count(*) as count from resources r where ${where.sql}`,
        where.bindings,
      )
    : await selectRows<{ count: number | string }>(
        session,
        'select count from resource_counts where tenant_id = ? and type = ?',
        [tenantId, query.type],
      );
  return Number(row?.count ?? 0);
}
