import { stringify } from 'csv-stringify/sync';

/** Spreadsheets of many countries separate cells by semicolons, and some readers by tabs or lone carriage returns. */
const ALSO_QUOTED = /[;\t\r]/u;

/**
 * Rows as CSV that a spreadsheet can open (RFC 4180, but that lines end as they do in other files here): what begins like a
 * formula is kept from being one, since names come from outside.
 */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true, quoted_match: ALSO_QUOTED },
  );
}

/** What spreadsheets take for UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';
