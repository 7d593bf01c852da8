import type { Knex } from 'knex';
import { ALERT_KINDS, type AlertKind, type AlertStage } from '../../../model/alert/alert.js';
import type { PlanState } from '../../../model/plan.js';
import type { RunState } from '../../../model/run.js';
import type { CompanyOverview, OverviewReader } from '../../console-store.js';
import { WORST_FIRST } from '../alerts/rows.js';
import { selectRows, type Database } from '../connections/database.js';
import { wholeNumber } from '../statements.js';
import { parseCounts } from '../sync/stored-json.js';

interface OverviewRow {
  readonly id: string;
  readonly name: string;
  /** SQLite has 0 and 1. */
  readonly enabled: boolean | number;
  readonly created: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly users: number | string | null;
  readonly groups: number | string | null;
  readonly last_heard: string | null;
  readonly tokens_until: string | null;
  readonly alert_kind: string | null;
  readonly alert_stage: string | null;
  readonly alert_sentence: string | null;
  readonly plan_id: string | null;
  readonly plan_state: string | null;
  readonly plan_created: string | null;
  readonly plan_counts: string | null;
  readonly run_id: string | null;
  readonly run_state: string | null;
  readonly run_started: string | null;
}

/** Stands for a token without an expiry, behind every dateTime. */
const ALWAYS = 'always';

/** Each subquery reads one row, or the few of one tenant, along an index. The first binding is the present time. */
const OVERVIEW = `
  select t.id, t.name, t.enabled, t.created,
    (select c.count from resource_counts c where c.tenant_id = t.id and c.type = 'User') as users,
    (select c.count from resource_counts c where c.tenant_id = t.id and c.type = 'Group') as groups,
    (select max(k.last_used) from tokens k where k.tenant_id = t.id) as last_heard,
    (select max(e.expires) from (
      select coalesce(k.expires_at, '${ALWAYS}') as expires from tokens k
        where k.tenant_id = t.id and k.client_id is null and k.revoked_at is null
      union all select coalesce(c.expires_at, '${ALWAYS}') from oauth_credentials c where c.tenant_id = t.id
    ) e where e.expires > ?) as tokens_until,
    a.kind as alert_kind, a.stage as alert_stage, a.sentence as alert_sentence,
    p.id as plan_id, p.state as plan_state, p.created as plan_created, p.counts as plan_counts,
    r.id as run_id, r.state as run_state, r.started as run_started
  from tenants t
  left join alerts a on a.tenant_id = t.id and a.id = (select l.id from alerts l
    where l.tenant_id = t.id and l.ended is null order by ${WORST_FIRST}, l.id limit 1)
  left join sync_plans p on p.tenant_id = t.id
    and p.id = (select l.id from sync_plans l where l.tenant_id = t.id order by l.id desc limit 1)
  left join sync_runs r on r.tenant_id = t.id
    and r.id = (select l.id from sync_runs l where l.tenant_id = t.id order by l.id desc limit 1)`;

/** Reads what the console shows of companies. */
export class KnexOverviewReader implements OverviewReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  companies(prefix: string, limit: number, now: string): Promise<readonly CompanyOverview[]> {
    // Case is compared by the database, which folds ASCII alone on SQLite: names are searched by people, who try again.
    const where = `where t.import_seen is null and substr(lower(t.name), 1, ?) = lower(?) order by lower(t.name), t.id limit ?`;
    return this.#read(`${OVERVIEW} ${where}`, [now, Array.from(prefix).length, prefix, limit]);
  }

  withAlerts(limit: number, now: string): Promise<readonly CompanyOverview[]> {
    // Each along the index of the kind, however many alerts there are.
    const latest = ALERT_KINDS.map(
      (kind) => `select tenant_id from (select tenant_id from alerts where ended is null and kind = '${kind}'
        order by id desc limit ${wholeNumber(limit)}) of_kind`,
    );
    return this.#read(`${OVERVIEW} where t.import_seen is null and t.id in (${latest.join(' union ')})`, [now]);
  }

  async company(tenantId: string, now: string): Promise<CompanyOverview | undefined> {
    return (await this.#read(`${OVERVIEW} where t.id = ? and t.import_seen is null`, [now, tenantId]))[0];
  }

  async #read(sql: string, bindings: readonly Knex.RawBinding[]): Promise<readonly CompanyOverview[]> {
    const rows = await this.#database.lookup((session) => selectRows<OverviewRow>(session, sql, bindings));
    return rows.map(toOverview);
  }
}

function toOverview(row: OverviewRow): CompanyOverview {
  return {
    id: row.id,
    name: row.name,
    enabled: Boolean(row.enabled),
    created: row.created,
    users: Number(row.users ?? 0),
    groups: Number(row.groups ?? 0),
    lastHeard: row.last_heard ?? undefined,
    tokensUntil: row.tokens_until ?? undefined,
    alert: alertOf(row),
    plan: planOf(row),
    run: runOf(row),
  };
}

function alertOf({ alert_kind, alert_stage, alert_sentence }: OverviewRow): CompanyOverview['alert'] {
  if (alert_kind === null) return undefined;
  const [kind, stage] = [alert_kind as AlertKind, alert_stage as AlertStage];
  return { kind, stage, sentence: alert_sentence ?? '' };
}

function planOf(row: OverviewRow): CompanyOverview['plan'] {
  if (row.plan_id === null || row.plan_counts === null) return undefined;
  return {
    id: row.plan_id,
    state: row.plan_state as PlanState,
    created: row.plan_created ?? '',
    counts: parseCounts(row.plan_counts),
  };
}

function runOf(row: OverviewRow): CompanyOverview['run'] {
  if (row.run_id === null) return undefined;
  return { id: row.run_id, state: row.run_state as RunState, started: row.run_started ?? '' };
}
