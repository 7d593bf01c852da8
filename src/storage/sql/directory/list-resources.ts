import type { ListQuery, Page, Selection, SortPosition } from '../../../model/list.js';
import type { TokenProof } from '../../../model/token.js';
import { SlowLookUp, selectRows, type Reads, type Session, type Work } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import { filterToSql } from '../query/filter-to-sql.js';
import type { Origin } from '../query/membership-scopes.js';
import type { PlanCache } from '../query/plan-cache.js';
import { judgmentOf } from '../query/plan-of-statement.js';
import { sortOrder, type SortOrder } from '../query/sort-order.js';
import { orderBy, rangesBehind, type Condition } from '../query/sort-order.js';
import { idList, wholeNumber } from '../statements.js';
import { proving } from '../tenants/stamp.js';
import { findResources } from './find-resources.js';
import { OF_TYPE, RESOURCE_COLUMNS, toStoredResource, type ResourceRow } from './rows.js';

interface KeyedRow extends ResourceRow {
  readonly sort_key: SortPosition['key'];
}

/** A row of which the document is read only where it is short. */
interface SizedRow extends Omit<KeyedRow, 'document'> {
  readonly document: string | null;
  /** Bytes of the document. */
  readonly size: number | string;
}

/** Bytes of a document that is read along with its row. */
const SHORT = 4_096;

const SIZED: Readonly<Partial<Record<(typeof RESOURCE_COLUMNS)[number], string>>> = {
  document: `case when octet_length(w.document) <= ${SHORT} then w.document end as document, octet_length(w.document) as size`,
  // It stands behind the document, which SQLite would read on the way.
  members_version: "case when w.type = 'Group' then w.members_version else 0 end as members_version",
};

const SIZED_COLUMNS = RESOURCE_COLUMNS.map((column) => SIZED[column] ?? `w.${column}`).join(', ');

/** How many resources a lookup passes over at most; a million take an index some tenths of a second. */
const FAR = 20_000;

/**
 * How long a list by a filter may take as a lookup, in milliseconds, before it goes on as a scan: the plan says which index
 * is used, and not how many resources of a tenant have the value that is looked for.
 */
const LOOKUP_MS = 200;

/** The resources of one type in a list. */
interface Part {
  readonly where: Condition;
  /** How many they are, as a statement with one row at most. */
  readonly count: Condition;
  readonly filtered: boolean;
}

/** A list query, compiled for one tenant and one database. */
interface Compiled {
  readonly tenantId: string;
  readonly query: ListQuery;
  readonly order: SortOrder;
  readonly parts: readonly Part[];
}

/** What lists are read through. */
export interface ListReads {
  readonly reads: Reads;
  readonly dialect: Dialect;
  readonly plans: PlanCache;
  /** What the first statement proves. */
  readonly proof?: TokenProof | undefined;
}

/**
 * One page of a tenant's resources.
 * @throws ScimError 400 `tooMany` when it takes longer than its budget, 503 when too many lists wait.
 */
export async function listResources(through: ListReads, origin: Origin, query: ListQuery): Promise<Page> {
  const { reads, dialect, proof } = through;
  const { tenantId } = origin;
  const order = sortOrder(dialect, query.sort);
  const parts = [query, ...(query.others ?? [])].map((selection) => compilePart(dialect, origin, selection));
  const compiled = { tenantId, query, order, parts };
  const found = namesOne(query) ? await findOne(through, compiled) : undefined;
  if (found !== undefined) return found;
  const unproven = proof?.isProven === false ? proof : undefined;
  const work = proving((session: Session): Promise<Page> => readPage(session, compiled), unproven);
  const every = parts.some(({ filtered }) => !filtered);
  if (every && !order.indexed) return reads.scan(tenantId, work);
  if (parts.some(({ filtered }) => filtered)) return filteredPage(through, compiled, work);
  const far = query.after === undefined && query.offset > FAR;
  return far ? reads.walk(tenantId, work) : reads.lookup(work, tenantId);
}

/** The attributes that hardly any two resources share, each with an index of its own. */
const NAMES: ReadonlySet<string> = new Set(['id', 'userName', 'externalId', 'displayName']);

/** Whether a list asks for the resources of a name, from the first on. */
function namesOne({ filter, others = [], sort, offset, limit, after }: ListQuery): boolean {
  if (others.length > 0 || sort !== undefined || offset > 0 || limit === 0 || after !== undefined) return false;
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return false;
  const { extension, attribute, subAttribute } = filter.target;
  return extension === undefined && subAttribute === undefined && NAMES.has(attribute.name);
}

/** The page with the one resource of a name or none, by one statement; undefined if there are more. */
async function findOne({ reads, proof }: ListReads, { tenantId, query, parts }: Compiled): Promise<Page | undefined> {
  const where = parts[0]?.where ?? { sql: 'false', bindings: [] };
  const finding = {
    ...{ where: where.sql, bindings: where.bindings },
    withGroups: query.withGroups === true && query.type === 'User',
    proof: proof?.isProven === false ? proof : undefined,
  };
  const resources = await reads.lookup((session) => findResources(session, finding, 2), tenantId);
  if (resources.length > 1) return undefined;
  return { total: resources.length, resources, keys: resources.map(({ id }) => id) };
}

/** A page by a filter: a lookup where the database says so and it proves to be one, otherwise a scan. */
async function filteredPage(through: ListReads, compiled: Compiled, work: Work<Page>): Promise<Page> {
  const { reads, plans } = through;
  const { tenantId, query, parts } = compiled;
  const statements = statementsOf({ ...compiled, parts: parts.filter(({ filtered }) => filtered) });
  const own = `${tenantId} ${statements.map(({ sql }) => sql).join(' ')}`;
  const slow = plans.get(own) === false;
  if (slow || !(await areLookUps(through, tenantId, statements))) return reads.scan(tenantId, work);
  const far = query.after === undefined && query.offset > FAR && parts.some(({ filtered }) => !filtered);
  if (far) return reads.walk(tenantId, work);
  try {
    return await reads.lookup(work, tenantId, LOOKUP_MS);
  } catch (error) {
    if (!(error instanceof SlowLookUp)) throw error;
    plans.set(own, { isLookUp: false, lasting: false });
    return reads.scan(tenantId, work);
  }
}

/** Whether all of these statements are lookups; the database is asked once for each. */
async function areLookUps(
  { reads, plans }: ListReads,
  tenantId: string,
  statements: readonly Condition[],
): Promise<boolean> {
  for (const { sql, bindings } of statements) {
    const known = plans.get(sql);
    if (known === false) return false;
    if (known === undefined) {
      const judgment = await reads.lookup((session) => judgmentOf(session, sql, bindings), tenantId);
      plans.set(sql, judgment);
      if (!judgment.isLookUp) return false;
    }
  }
  return true;
}

/** Without a filter, the number of resources is kept. */
function compilePart(dialect: Dialect, origin: Origin, { type, filter }: Selection): Part {
  const all = { sql: `r.tenant_id = ? and r.${OF_TYPE[type]}`, bindings: [origin.tenantId] };
  if (filter === undefined) {
    const kept = 'select count from resource_counts where tenant_id = ? and type = ?';
    return { where: all, count: { sql: kept, bindings: [origin.tenantId, type] }, filtered: false };
  }
  const { sql, bindings } = filterToSql(filter, { ...origin, dialect, type });
  const where = { sql: `${all.sql} and (${sql})`, bindings: [...all.bindings, ...bindings] };
  const count = `select count(*) as count from resources r where ${where.sql}`;
  return { where, count: { sql: count, bindings: where.bindings }, filtered: true };
}

async function readPage(session: Session, compiled: Compiled): Promise<Page> {
  const { offset, limit, after, bytes } = compiled.query;
  // One more than the page has tells whether another follows, and often what the total is.
  const rows = limit === 0 ? [] : await readRows(session, compiled, limit + 1);
  const page = await withDocuments(session, compiled.tenantId, withinBytes(rows.slice(0, limit), bytes));
  const last = page.at(-1);
  const whole = after === undefined && rows.length <= limit && (rows.length > 0 || (offset === 0 && limit > 0));
  return {
    total: whole ? offset + rows.length : await countResources(session, compiled),
    resources: page.map(toStoredResource),
    keys: page.map((row) => row.sort_key),
    ...(last !== undefined && rows.length > page.length ? { next: { key: last.sort_key, id: last.id } } : {}),
  };
}

/** The first rows that have no more than so many bytes together; one row in any case. */
function withinBytes(rows: readonly SizedRow[], most = Infinity): readonly SizedRow[] {
  let bytes = 0;
  const beyond = rows.findIndex(({ size }, index) => {
    bytes += Number(size);
    return index > 0 && bytes > most;
  });
  return beyond < 0 ? rows : rows.slice(0, beyond);
}

/** Reads the documents that were too long to be read before it was known whether the page has them. */
async function withDocuments(
  session: Session,
  tenantId: string,
  rows: readonly SizedRow[],
): Promise<readonly KeyedRow[]> {
  const missing = rows.filter(({ document }) => document === null).map(({ id }) => id);
  if (missing.length === 0) return rows.flatMap((row) => keyed(row, row.document));
  const ids = idList(session.dialect, missing);
  const sql = `select id, document from resources where tenant_id = ? and id in (${ids.sql})`;
  const read = await selectRows<{ id: string; document: string }>(session, sql, [tenantId, ids.binding]);
  const documents = new Map(read.map(({ id, document }) => [id, document]));
  return rows.flatMap((row) => keyed(row, row.document ?? documents.get(row.id)));
}

/** A resource that was deleted in between is on the page no more. */
const keyed = (row: SizedRow, document: string | null | undefined): readonly KeyedRow[] =>
  document === null || document === undefined ? [] : [{ ...row, document }];

/** What reading a page takes, with any limit and offset: what is explained. */
function statementsOf(compiled: Compiled): readonly Condition[] {
  const { limit, after } = compiled.query;
  const ranges = limit === 0 ? [] : rangesBehind(compiled.order, after);
  return [...ranges.map((range) => rangeStatement(compiled, range, 101, 0)), countStatement(compiled)];
}

/** Reads along the ranges of the order until there are enough rows. */
async function readRows(session: Session, compiled: Compiled, limit: number): Promise<readonly SizedRow[]> {
  const { after, offset } = compiled.query;
  const rows: SizedRow[] = [];
  for (const range of rangesBehind(compiled.order, after)) {
    if (rows.length >= limit) break;
    const statement = rangeStatement(compiled, range, limit - rows.length, after === undefined ? offset : 0);
    rows.push(...(await selectRows<SizedRow>(session, statement.sql, statement.bindings)));
  }
  return rows;
}

/**
 * Finds the keys of the page in an index that holds them all, and then the resources by their primary keys:
 * passing over resources does not read them. Both databases merge the types' keys as they come from the index. Limit and
 * offset are part of the text: SQLite would plan the statement anew for each value that is bound.
 */
function rangeStatement(
  { tenantId, order, parts }: Compiled,
  range: Condition,
  limit: number,
  offset: number,
): Condition {
  // PostgreSQL merges what is in order by itself; SQLite sees to that without being told.
  const keys = parts.map(
    ({ where }, index) => `select * from (select r.id, ${order.key} as sort_key from resources r
      where ${where.sql} and ${range.sql} order by ${orderBy(order, 'sort_key', 'r.id')}) p${index}`,
  );
  const page = `select u.id, u.sort_key from (${keys.join(' union all ')}) u
    order by ${orderBy(order, 'u.sort_key', 'u.id')} limit ${wholeNumber(limit)} offset ${wholeNumber(offset)}`;
  const sql = `select ${SIZED_COLUMNS}, k.sort_key
    from (${page}) k join resources w on w.tenant_id = ? and w.id = k.id order by ${orderBy(order, 'k.sort_key', 'k.id')}`;
  const ofParts = parts.flatMap(({ where }) => [...order.bindings, ...where.bindings, ...range.bindings]);
  return { sql, bindings: [...ofParts, tenantId] };
}

/** How many resources match. */
async function countResources(session: Session, compiled: Compiled): Promise<number> {
  const { sql, bindings } = countStatement(compiled);
  const [row] = await selectRows<{ count: number | string | null }>(session, sql, bindings);
  return Number(row?.count ?? 0);
}

function countStatement({ parts }: Compiled): Condition {
  const counts = parts.map(({ count }) => count.sql).join(' union all ');
  return {
    sql: `select sum(c.count) as count from (${counts}) c`,
    bindings: parts.flatMap(({ count }) => count.bindings),
  };
}
