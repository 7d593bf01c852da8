import type { Knex } from 'knex';
import { subjectKey } from '../../../model/activity/entry.js';
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

/** A page of a tenant's entries, the latest first. */
export async function activityPage(reads: Reads, tenantId: string, query: ActivityQuery): Promise<ActivityPage> {
  const along = joined([{ sql: 'tenant_id = ?', bindings: [tenantId] }, ...range(query), ...indexed(query)]);
  const fits = joined([{ sql: 'true', bindings: [] }, ...filters(query)]);
  const window = `select * from activity where ${along.sql} order by id desc limit ${WINDOW}`;
  const sql = `select * from (${window}) w where ${fits.sql} order by id desc limit ${query.limit + 1}`;
  const rows = await reads.walk(tenantId, (session) =>
    selectRows<ActivityRow>(session, sql, [...along.bindings, ...fits.bindings]),
  );
  const entries = rows.slice(0, query.limit).map(toEntry);
  if (rows.length > query.limit) return { entries, next: entries.at(-1)?.id };
  return { entries, next: await lastOfWindow(reads, tenantId, along) };
}

/** The entry at which a page stopped looking; undefined where it has seen all that there are. */
async function lastOfWindow(reads: Reads, tenantId: string, along: Condition): Promise<string | undefined> {
  const sql = `select id from activity where ${along.sql} order by id desc limit 1 offset ${WINDOW - 1}`;
  const [last] = await reads.walk(tenantId, (session) => selectRows<{ id: string }>(session, sql, along.bindings));
  return last?.id;
}

function range({ from, to, after }: ActivityQuery): readonly Condition[] {
  return [
    ...(from === undefined ? [] : [{ sql: 'id >= ?', bindings: [firstIdAt(from)] }]),
    ...(to === undefined ? [] : [{ sql: 'id < ?', bindings: [firstIdAt(to)] }]),
    ...(after === undefined ? [] : [{ sql: 'id < ?', bindings: [after] }]),
  ];
}

/** The first of the conditions that has an index of its own. */
function indexed(query: ActivityQuery): readonly Condition[] {
  const { requestId, resourceId, subject, outcomes } = query;
  if (requestId !== undefined) return [{ sql: 'request_id = ?', bindings: [requestId] }];
  if (resourceId !== undefined) return [{ sql: 'resource_id = ?', bindings: [resourceId] }];
  if (subject !== undefined) return [{ sql: 'subject_key = ?', bindings: [subjectKey(subject)] }];
  const areProblems = outcomes?.every((outcome) => outcome === 'refused' || outcome === 'failed') === true;
  return areProblems ? [{ sql: "outcome in ('refused', 'failed')", bindings: [] }] : [];
}

function filters(query: ActivityQuery): readonly Condition[] {
  const { resourceId, subject, tokenId, status, operation, rule, outcomes } = query;
  const equal = { resource_id: resourceId, subject_key: subject && subjectKey(subject), token_id: tokenId, status };
  return [
    ...Object.entries(equal).flatMap(([column, value]) =>
      value === undefined ? [] : [{ sql: `${column} = ?`, bindings: [value] }],
    ),
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
