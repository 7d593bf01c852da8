import {
  MOST_SUBJECT,
  subjectKey,
  type ActivityEntry,
  type ActivityOutcome,
  type ActivitySource,
  type NewActivity,
} from '../../../model/activity/entry.js';

/** A row of `activity`, or one of `activity_unattributed`, which has fewer columns. */
export interface ActivityRow {
  readonly tenant_id?: string;
  readonly id: string;
  readonly at: string;
  readonly request_id: string;
  readonly source: string;
  readonly operation: string;
  readonly status: number;
  readonly outcome: string;
  /** PostgreSQL gives a bigint as text. */
  readonly duration_us: number | string;
  readonly count: number;
  readonly resource_type?: string | null;
  readonly resource_id?: string | null;
  readonly subject?: string | null;
  readonly subject_key?: string | null;
  readonly token_id?: string | null;
  readonly token_prefix: string | null;
  readonly reason: string | null;
  readonly scim_type?: string | null;
  readonly detail: string | null;
  readonly changed?: string | null;
  readonly ignored?: string | null;
  readonly rules?: string | null;
  readonly network: string | null;
}

/** Characters of a detail, and names in a list, that are kept. */
const MOST_DETAIL = 500;
const MOST_NAMES = 50;

/** An entry as a row of `activity`. */
export function toRow(entry: NewActivity, tenantId: string, tokenId: string | undefined): ActivityRow {
  return {
    tenant_id: tenantId,
    ...toUnattributedRow(entry),
    resource_type: entry.resourceType ?? null,
    resource_id: entry.resourceId ?? null,
    subject: storable(entry.subject, MOST_SUBJECT),
    subject_key: storable(entry.subject === undefined ? undefined : subjectKey(entry.subject), MOST_SUBJECT),
    token_id: tokenId ?? null,
    scim_type: entry.scimType ?? null,
    changed: names(entry.changed),
    ignored: names(entry.ignored),
    rules: names(entry.rules),
  };
}

/** An entry as a row of `activity_unattributed`. */
export function toUnattributedRow(entry: NewActivity): ActivityRow {
  return {
    id: entry.id,
    at: entry.at,
    request_id: entry.requestId,
    source: entry.source,
    operation: entry.operation,
    status: entry.status,
    outcome: entry.outcome,
    duration_us: entry.durationUs,
    count: entry.count,
    token_prefix: entry.tokenPrefix ?? null,
    reason: entry.reason ?? null,
    detail: storable(entry.detail, MOST_DETAIL),
    network: entry.network ?? null,
  };
}

/** A row as an entry. */
export function toEntry(row: ActivityRow): ActivityEntry {
  return {
    id: row.id,
    at: row.at,
    requestId: row.request_id,
    source: row.source as ActivitySource,
    operation: row.operation,
    status: row.status,
    outcome: row.outcome as ActivityOutcome,
    durationUs: Number(row.duration_us),
    count: row.count,
    ...(row.resource_type === 'User' || row.resource_type === 'Group' ? { resourceType: row.resource_type } : {}),
    ...given('resourceId', row.resource_id),
    ...given('subject', row.subject),
    ...given('tokenId', row.token_id),
    ...given('tokenPrefix', row.token_prefix),
    ...given('reason', row.reason),
    ...given('scimType', row.scim_type),
    ...given('detail', row.detail),
    ...given('network', row.network),
    changed: listOf(row.changed),
    ignored: listOf(row.ignored),
    rules: listOf(row.rules),
  };
}

const given = <Name extends string>(name: Name, value: string | null | undefined): { readonly [N in Name]?: string } =>
  (value === null || value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string };

/** Text that both databases can hold: neither NUL nor half a character. */
function storable(text: string | undefined, most: number): string | null {
  return text === undefined ? null : text.slice(0, most).replaceAll('\0', '\uFFFD').toWellFormed();
}

function names(list: readonly string[]): string | null {
  if (list.length === 0) return null;
  return JSON.stringify(list.slice(0, MOST_NAMES).map((name) => storable(name, MOST_SUBJECT)));
}

function listOf(text: string | null | undefined): readonly string[] {
  if (text === null || text === undefined) return [];
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}
