import { subjectKey } from '../model/activity/entry.js';
import { isId } from '../model/id.js';
import { pageSize } from '../storage/page-size.js';
import { invalidValue } from '../protocol/scim-error.js';
import type { ActivityStore } from '../storage/activity-store.js';

/** Entries deleted in one step, so that requests get their turn in between. */
const STEP = pageSize(200);

/** Entries of a person that are searched for further names. */
const SEARCHED = 500;

/**
 * Deletes what the activity log has of one person or group, also from before it existed. The counts by the hour stay; they have no
 * names.
 * @param asked a SCIM id, or a name that the person had
 * @returns how many entries were deleted
 * @throws ScimError 400 `invalidValue` where several had the name
 */
export async function forgetPerson(store: ActivityStore, tenantId: string, asked: string): Promise<number> {
  const resourceIds = isId(asked) ? [asked] : await store.resourcesNamed(tenantId, asked);
  if (resourceIds.length > 1) {
    throw invalidValue(`Several people or groups had that name; give the id of one: ${resourceIds.join(', ')}.`);
  }
  const { entries } = await store.about(tenantId, { resourceIds, names: [] }, SEARCHED);
  const names = [asked, ...entries.flatMap(({ subject = [] }) => subject)].map(subjectKey);
  const who = { resourceIds, names: [...new Set(names)] };
  let deleted = 0;
  for (;;) {
    const step = await store.forget(tenantId, who, STEP.items);
    deleted += step;
    if (step === 0) return deleted;
  }
}
