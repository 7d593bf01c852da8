import type { ListQuery, Page, Selection, SortPosition } from '../../../model/list.js';
import { selectRows, type Reads, type Session } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import { filterToSql } from '../query/filter-to-sql.js';
import type { Origin } from '../query/membership-scopes.js';
import { RESOURCE_COLUMNS, toStoredResource, type ResourceRow } from './rows.js';
import { sortOrder, type SortOrder } from '../query/sort-order.js';
import { orderBy, rangesBehind, type Condition } from '../query/sort-order.js';

interface KeyedRow extends ResourceRow {
  readonly sort_key: SortPosition['key'];
}

/** How many resources a look-up passes over at most; a million take an index some tenths of a second. */
const FAR = 20_000;

/** The resources of one type in a list. */
interface Part {
  readonly where: Condition;
  /** How many they are, as a statement with one row at most. */
  readonly count: Condition;
  /** Whether an index finds the few that can match; undefined without a filter. */
  readonly indexed: boolean | undefined;
}

/** A list query, compiled for one tenant and one database. */
interface Compiled {
  readonly tenantId: string;
  readonly query: ListQuery;
  readonly order: SortOrder;
  readonly parts: readonly Part[];
}

/**
 * One page of a tenant's resources.
 * @throws ScimError 400 `tooMany` when it takes longer than its budget.
 */
export function listResources(reads: Reads, dialect: Dialect, origin: Origin, query: ListQuery): Promise<Page> {
  const { tenantId } = origin;
  const order = sortOrder(dialect, query.sort);
  const parts = [query, ...(query.others ?? [])].map((selection) => compilePart(dialect, origin, selection));
  const work = (session: Session): Promise<Page> => readPage(session, { tenantId, query, order, parts });
  if (!parts.every((part) => part.indexed ?? order.indexed)) return reads.scan(tenantId, work);
  const far = query.after === undefined && query.offset > FAR && parts.some((part) => part.indexed === undefined);
  return far ? reads.walk(tenantId, work) : reads.lookup(work);
}

/** Without a filter, the number of resources is kept. */
function compilePart(dialect: Dialect, origin: Origin, { type, filter }: Selection): Part {
  const all = { sql: 'r.tenant_id = ? and r.type = ?', bindings: [origin.tenantId, type] };
  if (filter === undefined) {
    const kept = 'select count from resource_counts where tenant_id = ? and type = ?';
    return { where: all, count: { sql: kept, bindings: all.bindings }, indexed: undefined };
  }
  const { sql, bindings, indexed } = filterToSql(filter, { ...origin, dialect, type });
  const where = { sql: `${all.sql} and (${sql})`, bindings: [...all.bindings, ...bindings] };
  const count = `select count(*) as count from resources r where ${where.sql}`;
  return { where, count: { sql: count, bindings: where.bindings }, indexed };
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
 * passing over resources does not read them. Both databases merge the types' keys as they come from the index.
 */
function readRange(
  session: Session,
  { tenantId, query, order, parts }: Compiled,
  range: Condition,
  limit: number,
): Promise<readonly KeyedRow[]> {
  // PostgreSQL merges what is in order by itself; SQLite sees to that without being told.
  const keys = parts.map(
    ({ where }, index) => `select * from (select r.id, ${order.key} as sort_key from resources r
      where ${where.sql} and ${range.sql} order by ${orderBy(order, 'sort_key', 'r.id')}) p${index}`,
  );
  const page = `select u.id, u.sort_key from (${keys.join(' union all ')}) u
    order by ${orderBy(order, 'u.sort_key', 'u.id')} limit ? offset ?`;
  const sql = `select ${RESOURCE_COLUMNS.map((column) => `w.${column}`).join(', ')}, k.sort_key
    from (${page}) k join resources w on w.tenant_id = ? and w.id = k.id order by ${orderBy(order, 'k.sort_key', 'k.id')}`;
  const offset = query.after === undefined ? query.offset : 0;
  return selectRows<KeyedRow>(session, sql, [
    ...parts.flatMap(({ where }) => [...order.bindings, ...where.bindings, ...range.bindings]),
    limit,
    offset,
    tenantId,
  ]);
}

/** How many resources match. */
async function countResources(session: Session, { parts }: Compiled): Promise<number> {
  const counts = parts.map(({ count }) => count.sql).join(' union all ');
  const [row] = await selectRows<{ count: number | string | null }>(
    session,
    `select sum(c.count) as count from (${counts}) c`,
    parts.flatMap(({ count }) => count.bindings),
  );
  return Number(row?.count ?? 0);
}
