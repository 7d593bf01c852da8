import type { Knex } from 'knex';
import {
  subjectKey,
  type ActivityEntry,
  type ActivityOutcome,
  type NewActivity,
} from '../../../model/activity/entry.js';
import {
  DEFAULT_ACTIVITY_SETTINGS,
  type ActivityHour,
  type ActivityPage,
  type ActivityQuery,
  type ActivitySettings,
} from '../../../model/activity/query.js';
import { firstIdAt } from '../../../model/id.js';
import type { ActivityStore } from '../../activity-store.js';
import { selectRows, type Database, type UnitLimits } from '../connections/database.js';
import { replacing } from '../statements.js';
import { appendActivity } from './append.js';
import { activityPage } from './page.js';
import { toEntry, type ActivityRow } from './rows.js';

/** Entries are written beside the requests: they wait their turn, and hold the writer for a moment only. */
const LIMITS: UnitLimits = { waitMs: 10_000, budgetMs: 5_000 };

/** How many resources are named that had one name. */
const MOST_NAMED = 10;
/** How many entries of a name are read for them. */
const NAMED_WINDOW = 500;

/** The activity log in the tables `activity`, `activity_unattributed`, `activity_hours` and `activity_settings`. */
export class KnexActivityStore implements ActivityStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async append(entries: readonly NewActivity[]): Promise<void> {
    if (entries.length > 0) await this.#database.unit((session) => appendActivity(session, entries), undefined, LIMITS);
  }

  page(tenantId: string, query: ActivityQuery): Promise<ActivityPage> {
    return activityPage(this.#database, tenantId, query);
  }

  async about(
    tenantId: string,
    { resourceIds, names }: { readonly resourceIds: readonly string[]; readonly names: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<ActivityPage> {
    const conditions = [
      ...resourceIds.map((id) => ({ sql: 'resource_id = ?', value: id })),
      ...names.map((name) => ({ sql: 'resource_id is null and subject_key = ?', value: subjectKey(name) })),
    ];
    const older = after === undefined ? '' : ' and id < ?';
    const pages = conditions.map(({ sql, value }) =>
      this.#rows<ActivityRow>(
        tenantId,
        `select * from activity where tenant_id = ? and ${sql}${older} order by id desc limit ${limit + 1}`,
        [tenantId, value, ...(after === undefined ? [] : [after])],
      ),
    );
    const rows = (await Promise.all(pages)).flat().sort((a, b) => (a.id < b.id ? 1 : -1));
    return pageOf(rows, limit, toEntry);
  }

  async resourcesNamed(tenantId: string, name: string): Promise<readonly string[]> {
    const rows = await this.#rows<{ resource_id: string | null }>(
      tenantId,
      `select resource_id from activity where tenant_id = ? and subject_key = ? order by id desc limit ${NAMED_WINDOW}`,
      [tenantId, subjectKey(name)],
    );
    return [...new Set(rows.flatMap((row) => row.resource_id ?? []))].slice(0, MOST_NAMED);
  }

  forget(
    tenantId: string,
    { resourceIds, names }: Parameters<ActivityStore['forget']>[1],
    most: number,
  ): Promise<number> {
    return this.#database.unit(async ({ knex }) => {
      const own = knex<ActivityRow>('activity').where({ tenant_id: tenantId }).limit(most);
      const found = await own
        .clone()
        .whereIn('resource_id', [...resourceIds])
        .pluck<string[]>('id');
      const orphans = await own
        .whereNull('resource_id')
        .whereIn('subject_key', [...names])
        .pluck<string[]>('id');
      const ids = [...found, ...orphans].slice(0, most);
      return knex('activity').where({ tenant_id: tenantId }).whereIn('id', ids).delete();
    }, tenantId);
  }

  async find(tenantId: string, id: string): Promise<ActivityEntry | undefined> {
    const sql = 'select * from activity where tenant_id = ? and id = ?';
    const [row] = await this.#rows<ActivityRow>(tenantId, sql, [tenantId, id]);
    return row && toEntry(row);
  }

  async latest(tenantId: string): Promise<ActivityEntry | undefined> {
    const { entries } = await this.page(tenantId, { limit: 50 });
    return entries.find(({ source, reason }) => source === 'entra' && reason === undefined);
  }

  async everywhere({
    requestId,
    after,
    limit,
  }: Parameters<ActivityStore['everywhere']>[0]): ReturnType<ActivityStore['everywhere']> {
    const conditions = [
      ...(requestId === undefined ? [] : [{ sql: 'request_id = ?', value: requestId }]),
      ...(after === undefined ? [] : [{ sql: 'id < ?', value: after }]),
    ];
    const where = ['true', ...conditions.map(({ sql }) => sql)].join(' and ');
    const rows = await this.#rows<ActivityRow & { readonly tenant_id: string }>(
      '',
      `select * from activity where ${where} order by id desc limit ${limit + 1}`,
      conditions.map(({ value }) => value),
    );
    return pageOf(rows, limit, (row) => ({ ...toEntry(row), tenantId: row.tenant_id }));
  }

  async unattributed({
    after,
    limit,
  }: Parameters<ActivityStore['unattributed']>[0]): ReturnType<ActivityStore['unattributed']> {
    const older = after === undefined ? '' : 'where id < ?';
    const rows = await this.#rows<ActivityRow>(
      '',
      `select * from activity_unattributed ${older} order by id desc limit ${limit + 1}`,
      after === undefined ? [] : [after],
    );
    return pageOf(rows, limit, toEntry);
  }

  async hours(tenantId: string, from: string, to: string): Promise<readonly ActivityHour[]> {
    const rows = await this.#rows<HourRow>(
      tenantId,
      `select hour, operation, outcome, n, total_us from activity_hours
       where tenant_id = ? and hour >= ? and hour < ? order by hour, operation, outcome`,
      [tenantId, from, to],
    );
    return rows.map((row) => ({
      hour: row.hour,
      operation: row.operation,
      outcome: row.outcome as ActivityOutcome,
      count: Number(row.n),
      totalUs: Number(row.total_us),
    }));
  }

  async activeHours(tenantId: string, from: string): Promise<readonly string[]> {
    const rows = await this.#rows<{ hour: string }>(
      tenantId,
      `select distinct hour from activity_hours
       where tenant_id = ? and hour >= ? and operation <> 'authenticate' order by hour`,
      [tenantId, from],
    );
    return rows.map(({ hour }) => hour);
  }

  async settings(tenantId: string): Promise<ActivitySettings> {
    const sql = 'select retention_days from activity_settings where tenant_id = ?';
    const [row] = await this.#rows<{ retention_days: number }>(tenantId, sql, [tenantId]);
    return row === undefined ? DEFAULT_ACTIVITY_SETTINGS : { retentionDays: row.retention_days };
  }

  async changeSettings(tenantId: string, { retentionDays }: ActivitySettings): Promise<void> {
    const sql = `insert into activity_settings (tenant_id, retention_days) values (?, ?)
                 ${replacing(['tenant_id'], ['retention_days'])}`;
    await this.#database.unit((session) => selectRows(session, sql, [tenantId, retentionDays]), tenantId);
  }

  async prune(tenantId: string | undefined, before: string, most: number): Promise<number> {
    const bound = firstIdAt(before);
    const [own, bindings] = tenantId === undefined ? ['', []] : ['tenant_id = ? and ', [tenantId]];
    const table = tenantId === undefined ? 'activity_unattributed' : 'activity';
    const oldest = `select id from ${table} where ${own}id < ? order by id limit ${most}`;
    return this.#database.unit(async (session) => {
      const rows = await selectRows<object>(
        session,
        `delete from ${table} where ${own}id in (${oldest}) returning id`,
        [...bindings, ...bindings, bound],
      );
      const hours = 'delete from activity_hours where tenant_id = ? and hour < ?';
      if (tenantId !== undefined && rows.length < most) await selectRows(session, hours, [tenantId, before]);
      return rows.length;
    }, tenantId);
  }

  #rows<Row extends object>(
    tenantId: string,
    sql: string,
    bindings: readonly Knex.RawBinding[],
  ): Promise<readonly Row[]> {
    return this.#database.walk(tenantId, (session) => selectRows<Row>(session, sql, bindings));
  }
}

interface HourRow {
  readonly hour: string;
  readonly operation: string;
  readonly outcome: string;
  readonly n: number | string;
  readonly total_us: number | string;
}

function pageOf<Row, Entry extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
  asEntry: (row: Row) => Entry,
): ActivityPage<Entry> {
  const entries = rows.slice(0, limit).map(asEntry);
  return { entries, next: rows.length > limit ? entries.at(-1)?.id : undefined };
}
