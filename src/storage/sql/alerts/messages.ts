import type { Alert } from '../../../model/alert/alert.js';
import type { AlertMessages, NamedAlert } from '../../alerts/alert-store.js';
import { selectRows, type Database } from '../connections/database.js';
import { isOneOf, wholeNumber } from '../statements.js';
import { toAlert, type AlertRow } from './rows.js';

/** The alerts that are to be told, in the table `alerts`. */
export class KnexAlertMessages implements AlertMessages {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async claim(owner: string, now: string, leaseUntil: string, limit: number): Promise<readonly NamedAlert[]> {
    return this.#database.unit(async (session) => {
      // Two processes that claim at the same time pass over each other's.
      const lock = session.dialect === 'postgres' ? 'for update skip locked' : '';
      const rows = await selectRows<AlertRow>(
        session,
        `update alerts set owner = ?, lease_until = ?, attempts = attempts + 1
         where (tenant_id, id) in (select tenant_id, id from alerts
           where due <= ? and (lease_until is null or lease_until <= ?)
           order by due limit ${wholeNumber(limit)} ${lock}) returning *`,
        [owner, leaseUntil, now, now],
      );
      if (rows.length === 0) return [];
      const { sql, binding } = isOneOf(session.dialect, 'id', [...new Set(rows.map((row) => row.tenant_id))]);
      const tenants = await selectRows<{ readonly id: string; readonly name: string }>(
        session,
        `select id, name from tenants where ${sql}`,
        [binding],
      );
      const names = new Map(tenants.map(({ id, name }) => [id, name] as const));
      return [...rows]
        .sort((one, other) => ((one.due ?? '') < (other.due ?? '') ? -1 : 1))
        .map((row) => ({ ...toAlert(row), tenantName: names.get(row.tenant_id) ?? '' }));
    });
  }

  told(alert: Alert, owner: string, at: string): Promise<void> {
    return this.#settle(alert, owner, { told: alert.stage, told_at: at, failure: null }, undefined);
  }

  failed(alert: Alert, owner: string, failure: string, due: string | undefined): Promise<void> {
    return this.#settle(alert, owner, { failure }, due);
  }

  /** Ends a claim. A stage that the alert was given meanwhile is due as it was. */
  async #settle(
    { tenantId, id, stage }: Alert,
    owner: string,
    columns: object,
    due: string | undefined,
  ): Promise<void> {
    await this.#database.unit(
      ({ knex }) =>
        knex('alerts')
          .where({ tenant_id: tenantId, id, owner })
          .update({
            ...{ ...columns, owner: null, lease_until: null },
            due: knex.raw('case when stage = ? then ? else due end', [stage, due ?? null]),
          }),
      tenantId,
    );
  }
}
