import { stringify } from 'csv-stringify/sync';

/**
 * Rows as CSV (RFC 4180) that a spreadsheet can open: what begins like a formula is kept from being one, since names come
 * from outside.
 */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, record_delimiter: '\r\n' },
  );
}

/** What spreadsheets take for UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';
