import type { Knex } from 'knex';
import { subjectKey, type ActivityOutcome } from '../../../model/activity/entry.js';
import type { ActivityPage, ActivityQuery } from '../../../model/activity/query.js';
import { firstIdAt } from '../../../model/id.js';
import { selectRows, type Reads } from '../connections/database.js';
import { toEntry, type ActivityRow } from './rows.js';

/** How many entries a page reads: with a filter that matches few of them it ends there, and the next page continues. */
const WINDOW = 5_000;

/** A condition with its bindings. */
interface Condition {
  readonly sql: string;
  readonly bindings: readonly Knex.RawBinding[];
}

/**
 * A page of a tenant's entries, the latest first. An index leads to them in this order, so that the database ends with the
 * page; where it has to pass over entries that do not fit, the end of the window ends it.
 */
export async function activityPage(reads: Reads, tenantId: string, query: ActivityQuery): Promise<ActivityPage> {
  const { leading, rest } = indexed(query);
  const own = equals('tenant_id', tenantId);
  const along = joined([own, ...range(query), ...leading]);
  const fits = filters(rest);
  const end = fits.length === 0 ? undefined : await endOfWindow(reads, tenantId, along);
  // The end of the window takes the place of `from`: of two such bounds, SQLite would look up the first.
  const read =
    end === undefined ? along : joined([own, ...range({ ...query, from: undefined }), ...leading, atLeast(end)]);
  const where = joined([read, ...fits]);
  const sql = `select * from activity where ${where.sql} order by id desc limit ${query.limit + 1}`;
  const rows = await reads.walk(tenantId, (session) => selectRows<ActivityRow>(session, sql, where.bindings));
  const entries = rows.slice(0, query.limit).map(toEntry);
  return { entries, next: rows.length > query.limit ? entries.at(-1)?.id : end };
}

/** The entry at which a page stops looking; undefined where fewer follow. */
async function endOfWindow(reads: Reads, tenantId: string, along: Condition): Promise<string | undefined> {
  const sql = `select id from activity where ${along.sql} order by id desc limit 1 offset ${WINDOW - 1}`;
  const [last] = await reads.walk(tenantId, (session) => selectRows<{ id: string }>(session, sql, along.bindings));
  return last?.id;
}

const atLeast = (id: string): Condition => ({ sql: 'id >= ?', bindings: [id] });

function range({ from, to, after }: ActivityQuery): readonly Condition[] {
  // The nearer end alone, since of two bounds SQLite would look up the first.
  const ends = [to === undefined ? [] : firstIdAt(to), after ?? []].flat().sort();
  return [
    ...(from === undefined ? [] : [atLeast(firstIdAt(from))]),
    ...(ends[0] === undefined ? [] : [{ sql: 'id < ?', bindings: [ends[0]] }]),
  ];
}

/** The first of the conditions that has an index of its own, and what is left of the query. */
function indexed(query: ActivityQuery): { readonly leading: readonly Condition[]; readonly rest: ActivityQuery } {
  const { requestId, resourceId, subject, outcomes } = query;
  if (requestId !== undefined) return { leading: [equals('request_id', requestId)], rest: query };
  if (resourceId !== undefined)
    return { leading: [equals('resource_id', resourceId)], rest: { ...query, resourceId: undefined } };
  if (subject !== undefined)
    return { leading: [equals('subject_key', subjectKey(subject))], rest: { ...query, subject: undefined } };
  if (outcomes?.every((outcome) => PROBLEMS.includes(outcome)) !== true) return { leading: [], rest: query };
  const isAll = PROBLEMS.every((outcome) => outcomes.includes(outcome));
  const leading = [{ sql: "outcome in ('refused', 'failed')", bindings: [] }];
  return { leading, rest: isAll ? { ...query, outcomes: undefined } : query };
}

const PROBLEMS: readonly ActivityOutcome[] = ['refused', 'failed'];

const equals = (column: string, value: string | number): Condition => ({ sql: `${column} = ?`, bindings: [value] });

function filters(query: ActivityQuery): readonly Condition[] {
  const { resourceId, subject, tokenId, status, operation, rule, outcomes } = query;
  const equal = { resource_id: resourceId, subject_key: subject && subjectKey(subject), token_id: tokenId, status };
  return [
    ...Object.entries(equal).flatMap(([column, value]) => (value === undefined ? [] : [equals(column, value)])),
    ...(operation === undefined ? [] : [operationIs(operation)]),
    ...(rule === undefined ? [] : [{ sql: "rules like ? escape '!'", bindings: [`%"${literally(rule)}"%`] }]),
    ...(outcomes === undefined ? [] : [isAmong('outcome', outcomes)]),
  ];
}

const operationIs = (operation: string): Condition =>
  operation.endsWith('*')
    ? { sql: "operation like ? escape '!'", bindings: [`${literally(operation.slice(0, -1))}%`] }
    : { sql: 'operation = ?', bindings: [operation] };

const isAmong = (column: string, values: readonly string[]): Condition => ({
  sql: values.length === 0 ? 'false' : `${column} in (${values.map(() => '?').join(', ')})`,
  bindings: values,
});

const literally = (text: string): string => text.replaceAll(/[!%_]/gu, '!$&');

const joined = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(' and '),
  bindings: conditions.flatMap(({ bindings }) => bindings),
});
