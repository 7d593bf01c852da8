import { member, type JsonObject, type JsonValue } from '../../../protocol/json.js';
import { BYTE_ORDER_MARK, csvRows } from '../../csv.js';
import type { Table } from './tables.js';

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
