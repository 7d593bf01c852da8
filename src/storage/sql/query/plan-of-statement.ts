import type { Knex } from 'knex';
import { hotRows, selectRows, type Session } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';

/**
 * The columns that few rows have the same value of. One of them, compared by equality in an index, makes a search a
 * lookup. A group's members are not few, so `group_id` is none of them.
 */
const SELECTIVE: ReadonlySet<string> = new Set([
  ...['id', 'user_name', 'display_name', 'external_id', 'created', 'last_modified'],
  ...['member_id', 'resource_id', 'value', 'hash', 'rowid'],
]);

/** The tables that grow, as statements call them. */
const TABLES = new Set(['r', 'w', 'm', 'v', 'g', 'd', 'resources', 'memberships', 'attribute_values']);

/** What a plan says of a statement: whether it is a lookup, and whether it will be one however large the tables grow. */
export interface Judgment {
  readonly isLookUp: boolean;
  readonly lasting: boolean;
}

/** The cost up to which a plan of PostgreSQL is cheap, whatever it does: a table of some hundred rows read from end to end. */
const CHEAP = 500;

/**
 * Whether the database says that it answers a statement by lookups alone: it reads no table that grows from end to end,
 * searches each by a column that few rows have the same value of, and walks no nested groups. Tables so small that
 * PostgreSQL does not care are looked up as well, as long as they are.
 * @param plan SQLite: the column `detail` of EXPLAIN QUERY PLAN; PostgreSQL: the lines of EXPLAIN
 */
export function judge(dialect: Dialect, plan: readonly string[]): Judgment {
  const lasting = dialect === 'sqlite' ? plan.every(isFewOnSqlite) : isFewOnPostgres(plan);
  return { isLookUp: lasting || (dialect === 'postgres' && isCheap(plan)), lasting };
}

/** What a database says it would do for a statement, line by line; it is not run. */
export async function planOf(
  session: Session,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<readonly string[]> {
  const explain = session.dialect === 'sqlite' ? 'explain query plan ' : 'explain ';
  const rows = await selectRows<Record<string, string>>(session, explain + sql, bindings);
  return rows.map((row) => row['detail'] ?? row['QUERY PLAN'] ?? '');
}

/**
 * What the database says of a statement. PostgreSQL knows nothing of a table that was never analyzed, such as one that was
 * filled a moment ago, and calls every plan over it cheap: such a statement is no lookup yet.
 */
export async function judgmentOf(
  session: Session,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<Judgment> {
  const plan = await planOf(session, sql, bindings);
  const judgment = judge(session.dialect, plan);
  if (judgment.lasting || !judgment.isLookUp || (await areAnalyzed(session, tablesIn(plan)))) return judgment;
  return { isLookUp: false, lasting: false };
}

/** The tables that grow and that a plan of PostgreSQL reads. */
const tablesIn = (plan: readonly string[]): ReadonlySet<string> =>
  new Set(plan.flatMap((line) => / on (resources|attribute_values)\b/u.exec(withoutTexts(line))?.[1] ?? []));

async function areAnalyzed(session: Session, tables: ReadonlySet<string>): Promise<boolean> {
  const known = await hotRows<{ tablename: string }>(session, ANALYZED, []);
  const names = new Set(known.map(({ tablename }) => tablename));
  return [...tables].every((table) => names.has(table));
}

const ANALYZED = `select tablename from pg_stats
  where schemaname = any(current_schemas(false)) and attname = 'tenant_id'`;

/** What PostgreSQL expects of memberships is an average, which says nothing about a group of a hundred thousand members. */
function isCheap(plan: readonly string[]): boolean {
  const cost = Number(/cost=[\d.]+\.\.([\d.]+)/u.exec(plan[0] ?? '')?.[1] ?? Infinity);
  return cost < CHEAP && !plan.some((line) => / on memberships|memberships_/u.test(withoutTexts(line)));
}

/** A column that is compared in SQLite's plan, as in `(tenant_id=? AND id=?)`. */
const SQLITE_COLUMN = /\b(\w+)=[?(]/gu;

function isFewOnSqlite(line: string): boolean {
  if (line.includes('RECURSIVE') || line.includes('AUTOMATIC')) return false;
  const [, how, table = ''] = /^(SCAN|SEARCH) (\w+)/u.exec(line) ?? [];
  if (how === undefined || !TABLES.has(table)) return true;
  return how === 'SEARCH' && isSelective(line, SQLITE_COLUMN);
}

const NODE = /(Seq Scan|Index Scan|Index Only Scan|Bitmap Index Scan|Recursive Union)/u;
/** A column that is compared in PostgreSQL's plan, as in `((id)::text = '…'::text)`. */
const POSTGRES_COLUMN = /\b(\w+)\)?(?:::text)? = /gu;

const isSelective = (line: string, column: RegExp): boolean =>
  [...line.matchAll(column)].some(([, name = '']) => SELECTIVE.has(name));

/** Each scan of an index has its condition in the line below. */
function isFewOnPostgres(plan: readonly string[]): boolean {
  const lines = plan.map(withoutTexts);
  return lines.every((line, position) => {
    const [node] = NODE.exec(line) ?? [];
    if (node === undefined) return true;
    if (node === 'Seq Scan') return !TABLES.has(/Seq Scan on (\w+)/u.exec(line)?.[1] ?? '');
    const condition = lines[position + 1] ?? '';
    return node !== 'Recursive Union' && condition.includes('Index Cond: ') && isSelective(condition, POSTGRES_COLUMN);
  });
}

/** Values of clients stand in the plan, between quotation marks. */
const withoutTexts = (line: string): string => line.replaceAll(/'(?:[^']|'')*'/gu, "''");
