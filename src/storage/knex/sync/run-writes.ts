import type { Run, RunRequest, RunState } from '../../sync-model.js';
import type { Session } from '../database.js';
import { toRunRow } from './run-reads.js';

/** Which run of which tenant. */
export interface RunKey {
  readonly tenantId: string;
  readonly runId: string;
}

export async function addRun({ knex }: Session, tenantId: string, run: Run): Promise<'done' | 'active'> {
  const row = { tenant_id: tenantId, ...toRunRow(run) };
  const inserted = await knex('sync_runs').insert(row).onConflict().ignore().returning('id');
  return inserted.length === 0 ? 'active' : 'done';
}

export async function claimRun(
  session: Session,
  key: RunKey,
  owner: string,
  now: string,
  leaseUntil: string,
): Promise<boolean> {
  const claimed = await runOf(session, key)
    .where((run) => {
      void run.whereNull('owner').orWhere({ owner }).orWhere('lease_until', '<=', now);
    })
    .update({ owner, lease_until: leaseUntil });
  return claimed === 1;
}

export async function askRun(session: Session, key: RunKey, { to, by }: RunRequest): Promise<boolean> {
  const run = runOf(session, key).where({ state: 'running' });
  return (await run.update({ asked_to: to, asked_by: by })) === 1;
}

export async function moveRun(
  session: Session,
  key: RunKey,
  from: readonly RunState[],
  { state, finished, detail }: { readonly state: RunState; readonly finished?: string; readonly detail?: string },
): Promise<boolean> {
  const lease = state === 'running' ? {} : { owner: null, lease_until: null };
  const moved = await runOf(session, key)
    .whereIn('state', [...from])
    .update({ state, finished: finished ?? null, detail: detail ?? null, asked_to: null, asked_by: null, ...lease });
  return moved === 1;
}

function runOf({ knex }: Session, { tenantId, runId }: RunKey) {
  return knex('sync_runs').where({ tenant_id: tenantId, id: runId });
}
