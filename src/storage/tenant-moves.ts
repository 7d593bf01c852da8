import type { ResourceContent, StoredResource } from '../model/resource.js';
import type { TenantSchema } from '../model/tenant-schemas.js';

/** A value of a row that moves from one database to another, the same on SQLite and PostgreSQL. */
export type MovedValue = string | number | boolean | null;

/** A row without its `tenant_id`: column to value. */
export type MovedRow = Readonly<Record<string, MovedValue>>;

/** A column of a table whose rows move. */
export interface MovedColumn {
  readonly name: string;
  readonly kind: 'text' | 'boolean' | 'integer';
  /** The greatest whole number that it holds. */
  readonly most: number;
  readonly mayBeNull: boolean;
  /** Whether the database fills it in where a row does not have it. */
  readonly hasDefault: boolean;
}

/** A table whose rows move; `tenants` is the first, with one row. */
export interface MovedTable {
  readonly table: string;
  readonly columns: readonly MovedColumn[];
}

/** What a tenant has at one moment, whatever is written meanwhile. */
export interface TenantSnapshot {
  readonly tenant: MovedRow;
  /** In the order in which they are to be written; without `tenants`. */
  readonly tables: readonly (MovedTable & { readonly count: number })[];
  /** How many users and groups there are. */
  readonly users: number;
  readonly groups: number;
  /** Whether a process works on a run of the tenant. */
  readonly isRunning: boolean;
  /** All rows of a table in the order of its key, as many at a time as fit in memory. */
  rows(table: MovedTable): AsyncIterable<readonly MovedRow[]>;
}

/** A resource that comes from another database as it was there. */
export interface MovedResource extends Omit<StoredResource, 'document' | 'groups'> {
  readonly content: ResourceContent;
}

/** A tenant that is being imported: nobody finds it before `finish`. */
export interface TenantArrival {
  /**
   * Stores rows of a table; each call is one unit of work.
   * @throws ScimError 409 if there is such a row already, if what it refers to is missing, or if the import was given up
   */
  add(table: MovedTable, rows: readonly MovedRow[]): Promise<void>;
  /** Stores resources with what they are found by. @throws ScimError 409 as `add` does, also for a name that is taken */
  addResources(resources: readonly MovedResource[]): Promise<void>;
  /**
   * Makes the tenant one like any other.
   * @param counts how many rows each table must have
   * @throws Error where a table has another number of rows
   */
  finish(counts: ReadonlyMap<string, number>): Promise<void>;
  /** Erases all that has been stored. @param over ends it early, with the signal's reason */
  abandon(over?: AbortSignal): Promise<void>;
}

/** How a tenant leaves a database with all that it has, and comes into another one. Tokens never leave. */
export interface TenantMoves {
  /** The tables that leave, and those that can come, with the columns that they have in this database. */
  tables(withActivity: boolean): Promise<readonly MovedTable[]>;
  /** Reads a tenant as it is at one moment. @returns undefined if there is no such tenant */
  snapshot<T>(
    tenantId: string,
    withActivity: boolean,
    read: (snapshot: TenantSnapshot) => Promise<T>,
  ): Promise<T | undefined>;
  /** Reads a row of `tenant_schemas`. @throws ScimError 400 or SyntaxError for one that is none */
  schemaIn(row: MovedRow): TenantSchema;
  /**
   * Begins an import.
   * @param tenant the row of `tenants`
   * @param importId tells this import from another one
   * @throws ScimError 409 if there is a tenant with that id or name, or one that is being imported
   */
  begin(tenant: MovedRow, importId: string): Promise<TenantArrival>;
  /**
   * Erases what imports have left that have stored nothing for two minutes. They store nothing from then on.
   * @param sweepId tells this erasing from that of another process
   * @param over ends it early; the rest is there for the next one
   * @returns how many there were
   */
  removeAbandoned(sweepId: string, over?: AbortSignal): Promise<number>;
}
