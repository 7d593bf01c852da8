import type { Knex } from 'knex';
import { ALERT_KINDS, type Alert, type AlertFinding, type AlertKind } from '../../../model/alert/alert.js';
import type {
  AlertCounts,
  AlertFacts,
  AlertMessages,
  AlertStore,
  AlertTurns,
  NamedAlert,
} from '../../alerts/alert-store.js';
import { selectRows, type Database } from '../connections/database.js';
import { isForeignKeyViolation } from '../connections/driver.js';
import { wholeNumber } from '../statements.js';
import { KnexAlertFacts } from './facts.js';
import { KnexAlertMessages } from './messages.js';
import { toAlert, WORST_FIRST, type AlertRow } from './rows.js';
import { KnexAlertTurns } from './turns.js';

/** How many alerts of one tenant are shown. */
const SHOWN = 20;

/** The tables `alerts` and `alert_watch`. */
export class KnexAlertStore implements AlertStore {
  readonly turns: AlertTurns;
  readonly facts: AlertFacts;
  readonly messages: AlertMessages;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.turns = new KnexAlertTurns(database);
    this.facts = new KnexAlertFacts(database);
    this.messages = new KnexAlertMessages(database);
  }

  async open(tenantId: string, id: string, finding: AlertFinding, at: string): Promise<boolean> {
    const row = { ...finding, tenant_id: tenantId, id, opened: at, due: at, attempts: 0 };
    try {
      const inserted = await this.#database.unit(
        ({ knex }) => knex('alerts').insert(row).onConflict().ignore().returning('id'),
        tenantId,
      );
      return inserted.length > 0;
    } catch (error) {
      // The tenant was erased since it was looked at.
      if (isForeignKeyViolation(error)) return false;
      throw error;
    }
  }

  change(alert: Alert, { stage, sentence }: Pick<AlertFinding, 'stage' | 'sentence'>, at: string): Promise<boolean> {
    return this.#update(alert, () => ({ stage, sentence, ...toBeTold(at) }));
  }

  end(alert: Alert, sentence: string, at: string): Promise<boolean> {
    const nobodyKnows = 'told is null and attempts = 0';
    return this.#update(alert, (knex) => ({
      ...{ stage: 'ended', sentence, ended: at, ...toBeTold(at) },
      due: knex.raw(`case when ${nobodyKnows} then null else ? end`, [at]),
    }));
  }

  async list(after: string | undefined, limit: number): Promise<readonly NamedAlert[]> {
    const older = after === undefined ? '' : 'and a.id < ?';
    const rows = await this.#rows<AlertRow & { readonly tenant_name: string }>(
      `select a.*, t.name as tenant_name from alerts a join tenants t on t.id = a.tenant_id
       where a.ended is null ${older} order by a.id desc limit ${wholeNumber(limit)}`,
      after === undefined ? [] : [after],
    );
    return rows.map((row) => ({ ...toAlert(row), tenantName: row.tenant_name }));
  }

  async ofTenant(tenantId: string): Promise<readonly Alert[]> {
    const rows = await this.#rows<AlertRow>(
      `select * from alerts where tenant_id = ? and ended is null order by ${WORST_FIRST}, id limit ${SHOWN}`,
      [tenantId],
    );
    return rows.map(toAlert);
  }

  async counts(): Promise<AlertCounts> {
    const kinds = await this.#rows<{ readonly kind: string; readonly n: number | string }>(
      'select kind, count(*) as n from alerts where ended is null group by kind',
      [],
    );
    const [failed] = await this.#rows<{ readonly n: number | string; readonly retrying: number | string }>(
      'select count(*) as n, count(due) as retrying from alerts where failure is not null',
      [],
    );
    const [all, retrying] = [Number(failed?.n ?? 0), Number(failed?.retrying ?? 0)];
    const ofKind = (kind: AlertKind): number => Number(kinds.find((row) => row.kind === kind)?.n ?? 0);
    return {
      open: Object.fromEntries(ALERT_KINDS.map((kind) => [kind, ofKind(kind)])) as AlertCounts['open'],
      undelivered: { retrying, givenUp: all - retrying },
    };
  }

  eraseEnded(before: string, most: number): Promise<number> {
    return this.#database.unit(async ({ knex }) => {
      const rows = await knex('alerts')
        .where('ended', '<', before)
        .limit(most)
        .select<{ tenant_id: string; id: string }[]>('tenant_id', 'id');
      for (const row of rows) await knex('alerts').where(row).delete();
      return rows.length;
    });
  }

  /** Changes an alert that is open. */
  async #update({ tenantId, id }: Alert, columns: (knex: Knex) => object): Promise<boolean> {
    const changed = await this.#database.unit(
      ({ knex }) => knex('alerts').where({ tenant_id: tenantId, id, ended: null }).update(columns(knex)),
      tenantId,
    );
    return changed === 1;
  }

  #rows<Row extends object>(sql: string, bindings: Parameters<typeof selectRows>[2]): Promise<readonly Row[]> {
    return this.#database.lookup((session) => selectRows<Row>(session, sql, bindings));
  }
}

/** A stage that nobody has been told yet. */
const toBeTold = (at: string): object => ({ due: at, attempts: 0, failure: null });
