import type { HoldTarget } from '../model/hold.js';
import { invalidValue } from '../protocol/scim-error.js';
import { everyPage } from './pages.js';
import type { Synchronization } from './synchronization.js';

/** What a person names in order to hold or release it. */
export interface NamedTarget {
  /** A user or a group by its id, or a user by its userName; of a membership, the group. */
  readonly resource: string;
  /** Of a membership only. */
  readonly member?: string | undefined;
}

/**
 * Finds the target that a person names.
 * @throws ScimError 404 for an unknown resource, 400 `invalidValue` for a membership of what is no group
 */
export async function namedTarget(
  sync: Synchronization,
  tenantId: string,
  { resource, member }: NamedTarget,
): Promise<HoldTarget> {
  const target = await sync.findTarget(tenantId, resource);
  if (member === undefined) return target;
  if (target.subject !== 'group') {
    throw invalidValue(`${resource} is not a group and has no members. Name a group by its id.`);
  }
  const { resourceId: memberId } = await sync.findTarget(tenantId, member);
  return { subject: 'membership', resourceId: target.resourceId, memberId };
}

/**
 * Releases what a person names, also where nothing is left of it but the hold.
 * @returns what was released
 * @throws ScimError 404 if it is unknown or not held
 */
export async function releaseNamed(
  sync: Synchronization,
  tenantId: string,
  { by, ...named }: NamedTarget & { readonly by: string },
): Promise<HoldTarget> {
  const target = await namedTarget(sync, tenantId, named).catch(async (error: unknown) => {
    const held = await heldTarget(sync, tenantId, named);
    if (held === undefined) throw error;
    return held;
  });
  await sync.release(tenantId, target, by);
  return target;
}

async function heldTarget(
  sync: Synchronization,
  tenantId: string,
  { resource, member }: NamedTarget,
): Promise<HoldTarget | undefined> {
  const pages = everyPage(
    (after: HoldTarget | undefined, limit) =>
      sync.holds(tenantId, { limit, ...(after === undefined ? {} : { after }) }),
    targetOf,
  );
  for await (const holds of pages) {
    const found = holds.find(
      ({ resourceId, memberId }) => resourceId === resource.toLowerCase() && memberId === member?.toLowerCase(),
    );
    if (found !== undefined) return targetOf(found);
  }
  return undefined;
}

const targetOf = ({ subject, resourceId, memberId }: HoldTarget): HoldTarget => ({
  subject,
  resourceId,
  ...(memberId === undefined ? {} : { memberId }),
});
