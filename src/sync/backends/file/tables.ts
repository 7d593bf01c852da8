import type { TrackedLine } from '../../../model/line.js';
import type { MirrorItem, SyncMembership } from '../../../model/mirror.js';
import { type JsonObject, type JsonValue, member } from '../../../protocol/json.js';
import { BYTE_ORDER_MARK, csvRows } from '../../csv.js';

/** Rows as they are written to NDJSON; CSV has a column for each name, in the order of `columns`. */
export interface Table {
  readonly columns: readonly string[];
  rows(): AsyncIterable<JsonObject>;
}

/** Accounts as the mirror has them; a column for each attribute that any of them has. */
export async function accountTable(mirrored: () => AsyncIterable<MirrorItem>): Promise<Table> {
  return {
    columns: ['scimId', 'userName', 'active', ...(await attributeNames(mirrored()))],
    rows: () =>
      mapped(mirrored(), ({ resourceId, content: { name, active, attributes } }) => {
        return { scimId: resourceId, userName: name, active, ...attributes };
      }),
  };
}

/** Groups as the mirror has them. */
export async function groupTable(mirrored: () => AsyncIterable<MirrorItem>): Promise<Table> {
  return {
    columns: ['scimId', 'displayName', ...(await attributeNames(mirrored()))],
    rows: () =>
      mapped(mirrored(), ({ resourceId, content: { name, attributes } }) => {
        return { scimId: resourceId, displayName: name, ...attributes };
      }),
  };
}

/** Who is in which group. */
export function membershipTable(memberships: () => AsyncIterable<SyncMembership>): Table {
  return {
    columns: ['groupScimId', 'memberScimId'],
    rows: () => mapped(memberships(), ({ groupId, memberId }) => ({ groupScimId: groupId, memberScimId: memberId })),
  };
}

/** What a run changed, line by line. */
export function changeTable(lines: () => AsyncIterable<TrackedLine>): Table {
  return {
    columns: ['number', 'subject', 'change', 'scimId', 'name', 'memberScimId', 'memberName', 'before', 'after'],
    rows: () => mapped(lines(), changeRow),
  };
}

function changeRow({
  number,
  subject,
  kind,
  resourceId,
  name,
  memberId,
  memberName,
  changes,
}: TrackedLine): JsonObject {
  return {
    number,
    subject,
    change: kind,
    scimId: resourceId,
    name,
    ...(memberId === undefined ? {} : { memberScimId: memberId }),
    ...(memberName === undefined ? {} : { memberName }),
    before: valuesOf(changes.map(({ attribute, before }) => [attribute, before])),
    after: valuesOf(changes.map(({ attribute, after }) => [attribute, after])),
  };
}

/** What has no value is left out. */
function valuesOf(values: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(values.filter(([, value]) => value !== null));
}

async function attributeNames(mirrored: AsyncIterable<MirrorItem>): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const { content } of mirrored) for (const name of Object.keys(content.attributes)) names.add(name);
  return [...names].sort((a, b) => (a < b ? -1 : 1));
}

async function* mapped<From, To>(items: AsyncIterable<From>, change: (item: From) => To): AsyncGenerator<To> {
  for await (const item of items) yield change(item);
}

/** A table as NDJSON: an object a line. */
export async function* ndjsonOf(table: Table): AsyncGenerator<string> {
  for await (const row of table.rows()) yield `${JSON.stringify(row)}\n`;
}

/**
 * A table as CSV (RFC 4180) with a header, in UTF-8 with the mark that makes Excel take it for that. What a spreadsheet
 * would take for a formula begins with an apostrophe: names come from whoever may edit a directory.
 */
export async function* csvOf(table: Table): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvRows([table.columns]);
  for await (const row of table.rows()) yield csvRows([cells(table.columns, row)]);
}

function cells(columns: readonly string[], row: JsonObject): readonly string[] {
  return columns.map((column) => cell(member(row, column)));
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
