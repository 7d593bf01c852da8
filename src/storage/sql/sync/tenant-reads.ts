import type { Knex } from 'knex';
import { pageSize } from '../../page-size.js';
import { selectRows, type Reads, type Session, type Work } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
import { chunks, isOneOf } from '../statements.js';

/**
 * How long a page waits for its turn at most, in milliseconds: whoever synchronizes a large tenant waits for others, and
 * is not sent away after thousands of pages.
 */
const PATIENCE_MS = 600_000;

/** How many ids one statement looks up. */
const IDS = pageSize(1000);

/** What statements on behalf of one tenant run on: `tenant_id = ?` is always the first condition, and the first binding. */
export class TenantReads {
  readonly tenantId: string;
  readonly dialect: Dialect;
  readonly #reads: Reads;

  constructor(tenantId: string, dialect: Dialect, reads: Reads) {
    this.tenantId = tenantId;
    this.dialect = dialect;
    this.#reads = reads;
  }

  /** Rows by their keys. */
  rows<Row extends object>(sql: string, bindings: readonly Knex.RawBinding[] = []): Promise<readonly Row[]> {
    return this.#reads.lookup((session) => selectRows<Row>(session, sql, [this.tenantId, ...bindings]));
  }

  /** The first row, where there is one. */
  async row<Row extends object>(sql: string, bindings: readonly Knex.RawBinding[] = []): Promise<Row | undefined> {
    return (await this.rows<Row>(sql, bindings))[0];
  }

  /** A page along an index, or a count along one: one of many, so that few run at a time. */
  page<Row extends object>(sql: string, bindings: readonly Knex.RawBinding[] = []): Promise<readonly Row[]> {
    const work: Work<readonly Row[]> = (session) => selectRows<Row>(session, sql, [this.tenantId, ...bindings]);
    return this.#reads.walk(this.tenantId, work, PATIENCE_MS);
  }

  /** A page of a table by ids that are in the order of time, the latest first; those before an id. */
  latest<Row extends object>(
    table: string,
    columns: string,
    before: string | undefined,
    limit: number,
  ): Promise<readonly Row[]> {
    const older = before === undefined ? '' : ' and id < ?';
    return this.page<Row>(`select ${columns} from ${table} where tenant_id = ?${older} order by id desc limit ?`, [
      ...(before === undefined ? [] : [before]),
      limit,
    ]);
  }

  /**
   * Rows by ids, however many they are.
   * @param sql ends with `and`
   * @param column what the ids are compared with
   */
  async rowsByIds<Row extends object>(
    sql: string,
    bindings: readonly Knex.RawBinding[],
    column: string,
    ids: readonly (string | number)[],
  ): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (const piece of chunks(ids, IDS.items)) {
      const listed = isOneOf(this.dialect, column, piece);
      rows.push(...(await this.rows<Row>(`${sql} ${listed.sql}`, [...bindings, listed.binding])));
    }
    return rows;
  }
}

/** What reads and writes on behalf of one tenant run on within a unit of work: its one connection. */
export class TenantSession extends TenantReads {
  readonly session: Session;

  constructor(tenantId: string, session: Session) {
    const run = <T>(work: Work<T>): Promise<T> => work(session);
    const runFor = <T>(_tenantId: string, work: Work<T>): Promise<T> => work(session);
    super(tenantId, session.dialect, { lookup: run, walk: runFor, scan: runFor });
    this.session = session;
  }
}
