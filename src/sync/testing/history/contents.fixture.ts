import type { SyncReader } from '../../../storage/sync-store.js';
import type { AdverseBackend } from './adverse-backend.fixture.js';

/** What the mirror has, by resource or by group and member. */
export async function mirrorOf(reader: SyncReader): Promise<ReadonlyMap<string, unknown>> {
  const items = [
    ...(await reader.mirror.page('User', undefined, 100)),
    ...(await reader.mirror.page('Group', undefined, 100)),
  ];
  const members = await reader.mirrorMemberships.page(undefined, 1_000);
  return new Map<string, unknown>([
    ...items.map(({ resourceId, content }): [string, unknown] => [resourceId, content]),
    ...members.map(({ groupId, memberId }): [string, unknown] => [`${groupId} ${memberId}`, true]),
  ]);
}

/** What the backend has, in the same way. */
export function backendOf({ accounts, groups, memberships }: AdverseBackend): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ...[...accounts, ...groups].map(([id, { content }]): [string, unknown] => [id, content]),
    ...[...memberships].map((one): [string, unknown] => [one, true]),
  ]);
}
