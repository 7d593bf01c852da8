import { isId } from '../../model/id.js';
import { parseDateTime } from '../../protocol/date-time.js';
import type { MovedColumn, MovedValue } from '../../storage/tenant-moves.js';

/** What a value of a column must be besides its type: the end of a sentence where it is not. */
type Rule = (value: string | number) => string | undefined;

const must = (fits: (value: string | number) => boolean, what: string): Rule => {
  return (value) => (fits(value) ? undefined : `must be ${what}`);
};

const ID = must((value) => isId(String(value)), 'a UUID in lower case');
const ID_OR_NONE = must((value) => value === '' || isId(String(value)), 'a UUID in lower case, or empty');
const AT = must((value) => parseDateTime(String(value)) === value, 'a dateTime such as 2026-11-28T12:00:00.000Z');
const FROM_1 = must((value) => Number(value) >= 1, '1 or more');
const JSON_TEXT = must((value) => isJson(String(value)), 'JSON, an object or an array');
const oneOf = (...words: readonly string[]): Rule =>
  must((value) => words.includes(String(value)), `one of ${words.join(', ')}`);

const TYPE = oneOf('User', 'Group');
const SUBJECT = oneOf('account', 'group', 'membership');

/** By table and column. A run that a process works on is not exported. */
const RULES: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  tenants: { id: ID, created: AT, last_modified: AT, settings: JSON_TEXT },
  resources: { id: ID, type: TYPE, version: FROM_1, created: AT, last_modified: AT },
  memberships: { group_id: ID, member_id: ID, member_type: TYPE, version: FROM_1 },
  mirror: { type: TYPE, resource_id: ID, content: JSON_TEXT, missing_since: AT },
  mirror_memberships: { group_id: ID, member_id: ID },
  mirror_owners: { backend: JSON_TEXT, since: AT },
  sync_policies: { policy: JSON_TEXT },
  sync_confirmed_links: { subject: oneOf('account', 'group'), resource_id: ID },
  sync_holds: { subject: SUBJECT, resource_id: ID, member_id: ID_OR_NONE, at: AT },
  sync_plans: {
    ...{ id: ID, created: AT, shrunk: AT, making_until: AT, counts: JSON_TEXT, backend: JSON_TEXT },
    state: oneOf('making', 'open', 'applying', 'applied', 'discarded'),
  },
  sync_plan_lines: {
    ...{ plan_id: ID, subject: SUBJECT, resource_id: ID, member_id: ID, content: JSON_TEXT },
    state: oneOf('planned', 'sent', 'applied', 'skipped', 'failed'),
  },
  sync_plan_reviews: { plan_id: ID, review: JSON_TEXT },
  sync_plan_groups: { plan_id: ID, first: JSON_TEXT },
  sync_plan_index: { plan_id: ID },
  sync_runs: {
    id: ID,
    plan_id: ID,
    started: AT,
    finished: AT,
    counts: JSON_TEXT,
    state: oneOf('paused', 'cancelled', 'finished'),
  },
  sync_audit: { id: ID, at: AT, detail: JSON_TEXT },
  activity: { id: ID, at: AT, changed: JSON_TEXT, ignored: JSON_TEXT, rules: JSON_TEXT },
};

/** What is wrong with a value, as the end of a sentence that begins with its column; undefined for one that fits. */
export function problemOf(table: string, column: MovedColumn, value: MovedValue | undefined): string | undefined {
  if (value === undefined) return 'is missing';
  if (value === null) return column.mayBeNull ? undefined : 'must not be null';
  const wrongType = typeProblem(column, value);
  if (wrongType !== undefined || typeof value === 'boolean') return wrongType;
  return RULES[table]?.[column.name]?.(value);
}

function typeProblem({ kind, most }: MovedColumn, value: NonNullable<MovedValue>): string | undefined {
  if (kind === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (kind === 'text') return typeof value === 'string' ? textProblem(value) : 'must be a string';
  const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most;
  return fits ? undefined : `must be a whole number from 0 to ${most}`;
}

/** What no database can hold. */
export function textProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'has the character NUL';
  return text.isWellFormed() ? undefined : 'has half of a surrogate pair';
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
