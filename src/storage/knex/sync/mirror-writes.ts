import { foldString } from '../../../protocol/search-form.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MirrorItem, SyncMembership } from '../../sync-model.js';
import { selectRows, type Session } from '../database.js';
import { chunks, idList } from '../id-list.js';
import { insertRows, recordset } from '../insert-rows.js';

const KEY = 'tenant_id, type, resource_id';

/** When a staged resource was deleted stays known, also to a run that read the mirror before. */
const REPLACING = `on conflict (${KEY}) do update set account_id = excluded.account_id,
  staged_version = excluded.staged_version, policy_revision = excluded.policy_revision, name = excluded.name,
  content = excluded.content, missing_since = coalesce(excluded.missing_since, mirror.missing_since)`;

export function putMirror(
  session: Session,
  tenantId: string,
  type: ResourceTypeName,
  items: readonly MirrorItem[],
): Promise<void> {
  const rows = items.map((item) => ({
    tenant_id: tenantId,
    type,
    resource_id: item.resourceId,
    account_id: item.accountId ?? null,
    staged_version: item.stagedVersion,
    policy_revision: item.policyRevision,
    name: foldString(item.content.name),
    content: JSON.stringify(item.content),
    missing_since: item.missingSince ?? null,
  }));
  return insertRows(session, 'mirror', rows, REPLACING);
}

export async function removeMirror(
  session: Session,
  tenantId: string,
  type: ResourceTypeName,
  resourceIds: readonly string[],
): Promise<void> {
  for (const piece of chunks(resourceIds)) {
    const ids = idList(session.dialect, piece);
    const remove = (table: string, column: string): Promise<unknown> =>
      selectRows(session, `delete from ${table} where tenant_id = ? and ${column} in (${ids.sql})`, [
        tenantId,
        ids.binding,
      ]);
    await remove('mirror_memberships', 'group_id');
    await remove('mirror_memberships', 'member_id');
    await remove('mirror', `type = '${type}' and resource_id`);
  }
}

/** Notes on the mirror when a staged resource was deleted, where the backend has it. */
export async function noteMissing(
  { knex }: Session,
  tenantId: string,
  type: ResourceTypeName,
  resourceId: string,
  at: string,
): Promise<void> {
  await knex('mirror')
    .where({ tenant_id: tenantId, type, resource_id: resourceId })
    .whereNull('missing_since')
    .update({ missing_since: at });
}

export function addMirrorMemberships(
  session: Session,
  tenantId: string,
  memberships: readonly SyncMembership[],
): Promise<void> {
  const rows = memberships.map((membership) => ({ tenant_id: tenantId, ...toKey(membership) }));
  return insertRows(session, 'mirror_memberships', rows, 'on conflict do nothing');
}

export async function removeMirrorMemberships(
  session: Session,
  tenantId: string,
  memberships: readonly SyncMembership[],
): Promise<void> {
  const gone = recordset(session, 'gone', ['group_id', 'member_id']);
  for (const piece of chunks(memberships)) {
    await selectRows(
      session,
      `delete from mirror_memberships
       where tenant_id = ? and (group_id, member_id) in (select group_id, member_id from ${gone})`,
      [tenantId, JSON.stringify(piece.map(toKey))],
    );
  }
}

function toKey({ groupId, memberId }: SyncMembership) {
  return { group_id: groupId, member_id: memberId };
}
