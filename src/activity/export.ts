import type { ActivityEntry } from '../model/activity/entry.js';
import type { ActivityQuery } from '../model/activity/query.js';
import { pageSize } from '../storage/page-size.js';
import type { ActivityStore } from '../storage/activity-store.js';
import { BYTE_ORDER_MARK, csvRows } from '../sync/csv.js';
import { activityJson, type ActivityJson } from './json.js';

/** Entries in memory at a time. */
const PAGE = pageSize(500);

/** Which entries an export has. */
export type ExportQuery = Omit<ActivityQuery, 'after' | 'limit'>;

/** All entries of a tenant that fit, the latest first, a page at a time. */
async function* pages(
  store: ActivityStore,
  tenantId: string,
  query: ExportQuery,
): AsyncGenerator<readonly ActivityEntry[]> {
  let after: string | undefined;
  do {
    const page = await store.page(tenantId, { ...query, after, limit: PAGE.items });
    if (page.entries.length > 0) yield page.entries;
    after = page.next;
  } while (after !== undefined);
}

/** Entries as NDJSON, in pieces of whole lines. */
export async function* activityLines(
  store: ActivityStore,
  tenantId: string,
  query: ExportQuery = {},
): AsyncGenerator<string> {
  for await (const entries of pages(store, tenantId, query)) {
    yield entries.map((entry) => `${JSON.stringify(activityJson(entry))}\n`).join('');
  }
}

const COLUMNS: readonly (keyof ActivityJson)[] = [
  ...([
    'at',
    'operation',
    'subject',
    'outcome',
    'status',
    'scimType',
    'detail',
    'changed',
    'ignored',
    'rules',
  ] as const),
  ...(['resourceType', 'resourceId', 'requestId', 'tokenId', 'reason', 'source', 'durationMs', 'count'] as const),
];

/** Entries as CSV for a spreadsheet, in pieces: a row an entry, under a row of headings. */
export async function* activityCsv(
  store: ActivityStore,
  tenantId: string,
  query: ExportQuery = {},
): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvRows([COLUMNS]);
  for await (const entries of pages(store, tenantId, query)) yield csvRows(entries.map(row));
}

function row(entry: ActivityEntry): readonly string[] {
  const json = activityJson(entry);
  return COLUMNS.map((column) => {
    const value = json[column];
    return Array.isArray(value) ? value.join(' ') : String(value ?? '');
  });
}
