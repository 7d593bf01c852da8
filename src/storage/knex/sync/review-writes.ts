import type { Hold, HoldTarget, SyncPolicy } from '../../sync-model.js';
import { selectRows, type Session } from '../database.js';
import { insertRows, replacing } from '../insert-rows.js';

const KEY = ['tenant_id', 'subject', 'resource_id', 'member_id'];

/** @returns the new revision */
export async function setPolicy(session: Session, tenantId: string, policy: SyncPolicy): Promise<number> {
  const [row] = await selectRows<{ revision: number }>(
    session,
    `insert into sync_policies (tenant_id, revision, policy) values (?, 1, ?)
     on conflict (tenant_id) do update set revision = sync_policies.revision + 1, policy = excluded.policy
     returning revision`,
    [tenantId, JSON.stringify(policy)],
  );
  return row?.revision ?? 0;
}

export function putHold(session: Session, tenantId: string, hold: Hold): Promise<void> {
  const why = {
    held_by: hold.by,
    at: hold.at,
    reason: hold.reason,
    until_version_moves: hold.untilVersionMoves ?? null,
    undone_run: hold.undoneRun ?? null,
  };
  return insertRows(session, 'sync_holds', [{ ...keyOf(tenantId, hold), ...why }], replacing(KEY, Object.keys(why)));
}

export async function removeHold({ knex }: Session, tenantId: string, target: HoldTarget): Promise<boolean> {
  return (await knex('sync_holds').where(keyOf(tenantId, target)).del()) === 1;
}

function keyOf(tenantId: string, { subject, resourceId, memberId = '' }: HoldTarget) {
  return { tenant_id: tenantId, subject, resource_id: resourceId, member_id: memberId };
}
