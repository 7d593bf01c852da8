import { subjectKey, type ActivityEntry } from '../model/activity/entry.js';
import type { Storage } from '../storage/storage.js';
import { silenceOf, type Silence } from './rhythm.js';

/** Days from which the rhythm of a company is learned. */
const LEARNED_DAYS = 28;
const DAY = 86_400_000;

/** Refused creates that are looked at, and milliseconds in which a lookup belongs to one. */
const CREATES = 10;
const TOGETHER = 60_000;

/** Whether a company's provisioning client has fallen silent. */
export async function silence(
  { activity }: { readonly activity: Pick<Storage['activity'], 'activeHours'> },
  tenantId: string,
  now: Date,
): Promise<Silence | undefined> {
  const from = new Date(now.getTime() - LEARNED_DAYS * DAY).toISOString();
  return silenceOf(await activity.activeHours(tenantId, from), now);
}

/**
 * The latest person who was looked for by one name, not found, and then refused since there is already one of another name: the
 * attribute that Entra matches by is not the one that has to be unique.
 */
export async function mismatch(
  { activity }: Pick<Storage, 'activity'>,
  tenantId: string,
): Promise<ActivityEntry | undefined> {
  const refused = await activity.page(tenantId, { operation: 'user.create', outcomes: ['refused'], limit: CREATES });
  for (const create of refused.entries.filter(({ scimType }) => scimType === 'uniqueness')) {
    const from = new Date(Date.parse(create.at) - TOGETHER).toISOString();
    const lookUps = await activity.page(tenantId, {
      ...{ operation: 'user.lookup', outcomes: ['nothing'] as const, from },
      ...{ after: create.id, limit: 1 },
    });
    const [lookUp] = lookUps.entries;
    const names = [lookUp, create].map((entry) => entry?.subject && subjectKey(entry.subject));
    if (lookUp !== undefined && names[0] !== names[1]) return create;
  }
  return undefined;
}
