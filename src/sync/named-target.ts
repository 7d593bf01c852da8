import { invalidValue } from '../protocol/scim-error.js';
import type { HoldTarget } from '../storage/sync-model.js';
import type { Synchronisation } from './synchronisation.js';

/** What a person names in order to hold or release it. */
export interface NamedTarget {
  /** A user or a group by its id, or a user by its userName; of a membership, the group. */
  readonly resource: string;
  /** Of a membership only. */
  readonly member?: string | undefined;
}

/**
 * What is meant by what a person names.
 * @throws ScimError 404 for an unknown resource, 400 `invalidValue` for a membership of what is no group
 */
export async function namedTarget(
  sync: Synchronisation,
  tenantId: string,
  { resource, member }: NamedTarget,
): Promise<HoldTarget> {
  const target = await sync.findTarget(tenantId, resource);
  if (member === undefined) return target;
  if (target.subject !== 'group') {
    throw invalidValue(`${resource} is no group, so that it has no members. Name a group by its id.`);
  }
  const { resourceId: memberId } = await sync.findTarget(tenantId, member);
  return { subject: 'membership', resourceId: target.resourceId, memberId };
}
