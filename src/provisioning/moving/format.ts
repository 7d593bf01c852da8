import type { MovedRow, MovedTable, TenantSnapshot } from '../../storage/tenant-moves.js';

/**
 * A tenant as a file: JSON, a value a line, each line ended by a line feed. The first is the header, the last is the end; those
 * between are rows, `{"table":"resources","row":{…}}`, in the order of the header's tables. A row has exactly the columns that
 * the header names, so that a later version can tell what an earlier one did not know.
 */
export const FORMAT = 'flexwhere-scim tenant';
export const FORMAT_VERSION = 1;

/** Bytes of a line: several times a resource of the greatest size, as JSON within JSON. */
export const MOST_LINE_BYTES = 16_777_216;

/** A table as the header names it. */
export interface HeaderTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
}

/** The first line. */
export interface MoveHeader {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  /** A dateTime. */
  readonly exportedAt: string;
  readonly tenant: MovedRow;
  readonly users: number;
  readonly groups: number;
  readonly tables: readonly HeaderTable[];
}

/** The last line. */
export interface MoveEnd {
  readonly end: {
    /** How many lines there are before it. */
    readonly lines: number;
    /** SHA-256 of all bytes before it, in hexadecimal. */
    readonly sha256: string;
  };
}

/** The header of a file with what a tenant has. */
export function headerOf({ tenant, tables, users, groups }: TenantSnapshot, exportedAt: string): MoveHeader {
  return {
    ...{ format: FORMAT, formatVersion: FORMAT_VERSION, exportedAt, tenant, users, groups },
    tables: tables.map(({ table, columns, count }) => ({
      table,
      columns: columns.map(({ name }) => name),
      rows: count,
    })),
  };
}

/** A row as a line. */
export const rowLine = ({ table }: MovedTable, row: MovedRow): string => `${JSON.stringify({ table, row })}\n`;
