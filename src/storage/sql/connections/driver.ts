import type { Knex } from 'knex';

/** The two databases that hold a staging directory. */
export type Dialect = 'sqlite' | 'postgres';

type Done = (error: Error | null) => void;

/** A prepared statement of the SQLite driver. */
export interface SqliteStatement {
  all(bindings: readonly unknown[], done: (error: Error | null, rows?: never[]) => void): unknown;
  finalize(): unknown;
}

/** What `afterCreate` of a pool sees of a connection of the SQLite driver. */
export interface SqliteConnection {
  /** Where it fails, what was asked of the statement meanwhile is never answered. */
  prepare(sql: string, done: Done): SqliteStatement;
  exec(sql: string, done: Done): void;
  /** Ends the statement that runs; throws when the connection is closed. */
  interrupt(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** A statement for the PostgreSQL driver; one with a name is prepared once for each connection. */
interface PostgresStatement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What `afterCreate` of a pool sees of a connection of the PostgreSQL driver. */
export interface PostgresConnection {
  query(sql: string, done: Done): void;
  query(statement: PostgresStatement): Promise<{ readonly rows: never[] }>;
  /** Ends the connection; a statement that runs is given up. */
  end(): Promise<void>;
  once(event: 'end', listener: () => void): unknown;
  /** The socket; destroying it fails whatever the connection is asked. */
  readonly connection: { readonly stream: { destroy(): void } };
}

/** How long it takes at most to open a connection to PostgreSQL, or to get one from a pool, in milliseconds. */
const CONNECT_MS = 2000;

/** A pool of connections: how many at most, and the SQL that runs on each new one. */
interface Pool<Connection> {
  readonly size: number;
  readonly setUp: string;
  /** Called with each new connection. */
  readonly note?: (connection: Connection) => void;
}

const ignore = (): void => undefined;

/** Knex writes to the console whatever it throws as well; the one log is the server's own. */
const SILENT = { warn: ignore, error: ignore, debug: ignore, deprecate: ignore };

/** Connections to a SQLite file. */
export function sqliteConnections(filename: string, { size, setUp, note }: Pool<SqliteConnection>): Knex.Config {
  const afterCreate = (connection: SqliteConnection, done: Done): void => {
    note?.(connection);
    connection.exec(setUp, done);
  };
  return {
    client: 'sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    // Messages of errors reach the log: they must not repeat values.
    compileSqlOnError: false,
    log: SILENT,
    // None is closed for being idle.
    pool: { min: size, max: size, afterCreate },
  };
}

/** Connections to PostgreSQL. */
export function postgresConnections(url: string, { size, setUp, note }: Pool<PostgresConnection>): Knex.Config {
  const afterCreate = (connection: PostgresConnection, done: Done): void => {
    note?.(connection);
    connection.query(setUp, done);
  };
  return {
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'flexwhere-scim',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    },
    acquireConnectionTimeout: CONNECT_MS,
    compileSqlOnError: false,
    log: SILENT,
    pool: { min: 0, max: size, afterCreate },
  };
}

/** The database that knex talks to. */
export function dialectOf({ client }: { readonly client: unknown }): Dialect {
  const isPostgres =
    typeof client === 'object' && client !== null && 'driverName' in client && client.driverName === 'pg';
  return isPostgres ? 'postgres' : 'sqlite';
}

/** Whether a statement failed since a unique index has such a key already. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505' || isSqliteConstraint(error, 'UNIQUE');
}

/** Whether a statement failed since what it refers to is missing, or is still referred to. */
export function isForeignKeyViolation(error: unknown): boolean {
  return codeOf(error) === '23503' || isSqliteConstraint(error, 'FOREIGN KEY');
}

/** Whether a statement was ended since it took longer than its budget. */
export function isOverBudget(error: unknown): boolean {
  return ['SQLITE_INTERRUPT', '57014'].includes(codeOf(error));
}

/** SQLite: locked by another process, disk full, disk failing, file gone. PostgreSQL: classes 08, 53, 57 and read-only. */
const UNAVAILABLE = new Set([
  ...['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_NOMEM'],
  ...['53000', '53100', '53200', '53300', '53400', '57P01', '57P02', '57P03', '57P05', '25006', '25P03'],
  ...['08000', '08001', '08003', '08004', '08006'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'],
  ...['ENOENT'],
]);

/** What the driver of PostgreSQL says of a connection that is lost, without a code; knex puts the statement in front. */
const LOST =
  /(?:^| - )(?:Connection terminated|timeout expired|timeout exceeded|Client was closed|Client has encountered)/u;

/** Whether a statement failed since the database is away, full or locked: nothing that the sender could mend. */
export function isUnavailable(error: unknown): boolean {
  if (UNAVAILABLE.has(codeOf(error))) return true;
  return error instanceof Error && (error.name === 'KnexTimeoutError' || LOST.test(error.message));
}

/** Whether a statement has text that PostgreSQL cannot hold: the character U+0000. */
export function isUnstorable(error: unknown): boolean {
  return ['22021', '22P05'].includes(codeOf(error));
}

/**
 * Whether a unit of work met another one on PostgreSQL and succeeds when it is run again: serialization failure, deadlock,
 * or a foreign key whose resource came or went between two statements.
 */
export function isWorthRetrying(error: unknown): boolean {
  return ['40001', '40P01', '23503'].includes(codeOf(error));
}

/** Whether SQLite rolls the whole transaction back by itself, whatever its savepoints: https://sqlite.org/lang_transaction.html. */
export function endsSqliteTransaction(error: unknown): boolean {
  return ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_NOMEM', 'SQLITE_BUSY', 'SQLITE_INTERRUPT', 'SQLITE_CORRUPT'].includes(
    codeOf(error),
  );
}

/** The driver's error with the statement in front of its message, which has no values. */
export function namingStatement(error: Error, sql: string): Error {
  error.message = `${sql} - ${error.message}`;
  return error;
}

function isSqliteConstraint(error: unknown, kind: string): boolean {
  return (
    codeOf(error) === 'SQLITE_CONSTRAINT' &&
    error instanceof Error &&
    error.message.includes(`${kind} constraint failed`)
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
