import type { ActivityEntry } from '../../model/activity/entry.js';
import type { Hold } from '../../model/hold.js';
import { isId } from '../../model/id.js';
import type { TrackedLine } from '../../model/line.js';
import type { MirrorItem } from '../../model/mirror.js';
import type { Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { StoredResource } from '../../model/resource.js';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { foldString } from '../../protocol/search-form.js';
import type { Storage } from '../../storage/storage.js';
import { isHeld, NOT_STAGED } from '../../sync/plan/holds.js';
import { DEFAULT_POLICY } from '../../sync/policy.js';

/** All that is known of one person when an answer is chosen. */
export interface Facts {
  /** As it was asked for, or the userName of whoever was found. */
  readonly name: string;
  readonly resourceId: string | undefined;
  readonly staged: (StoredResource & { readonly resource: JsonObject }) | undefined;
  /** What the backend last acknowledged. */
  readonly mirror: MirrorItem | undefined;
  /** What concerns the person, the latest first. */
  readonly entries: readonly ActivityEntry[];
  /** A hold that is in force. */
  readonly hold: Hold | undefined;
  /** The latest plan that has a line about the person, and that line. */
  readonly planned: { readonly plan: Plan; readonly line: TrackedLine } | undefined;
  readonly latestPlan: Plan | undefined;
  readonly policy: SyncPolicy;
  /** When the provisioning client was last heard of. */
  readonly lastHeard: string | undefined;
  readonly now: string;
}

/** Entries that are looked at. */
const ENTRIES = 200;
/** Plans that are searched for the person's line. */
const PLANS = 10;

/**
 * Reads what is known of a person.
 * @param asked a SCIM id, userName, externalId, or a name that the person once had
 */
export async function factsOf(storage: Storage, tenantId: string, asked: string, now: Date): Promise<Facts> {
  const sync = storage.sync(tenantId);
  const found = await findStaged(storage, tenantId, asked);
  const formerly = await storage.activity.resourcesNamed(tenantId, asked);
  const known = found?.id ?? (isId(asked) ? asked : undefined);
  const resourceId = known ?? (await mirroredId(storage, tenantId, asked)) ?? formerly[0];
  const staged = found ?? (resourceId === undefined ? undefined : await findById(storage, tenantId, resourceId));
  const resource = staged === undefined ? undefined : parsed(staged);
  const mirror = resourceId === undefined ? undefined : (await sync.mirror.byIds('User', [resourceId])).get(resourceId);
  const name = textOf(resource?.['userName']) ?? mirror?.content.name ?? (isId(asked) ? undefined : asked) ?? asked;
  const names = [...new Set([name, asked, textOf(resource?.['externalId']) ?? name])];
  const resourceIds = resourceId === undefined ? [] : [resourceId];
  const { entries } = await storage.activity.about(tenantId, { resourceIds, names }, ENTRIES);
  const holds = await sync.holds.of('account', resourceIds);
  const at = now.toISOString();
  return {
    ...{ name, resourceId, mirror, entries, now: at },
    staged: staged === undefined || resource === undefined ? undefined : { ...staged, resource },
    hold: holds.find((hold) => isHeld(hold, staged ?? NOT_STAGED, at)),
    ...(await plansOf(storage, tenantId, resourceId)),
    policy: (await sync.policy.find())?.policy ?? DEFAULT_POLICY,
    lastHeard: (await storage.activity.latest(tenantId))?.at,
  };
}

async function findStaged(storage: Storage, tenantId: string, asked: string): Promise<StoredResource | undefined> {
  if (isId(asked)) return findById(storage, tenantId, asked);
  for (const attribute of ['userName', 'externalId']) {
    const filter = parseFilter(`${attribute} eq ${JSON.stringify(asked)}`, USER);
    const { resources } = await storage.directory(tenantId).list({ type: 'User', filter, offset: 0, limit: 1 });
    if (resources[0] !== undefined) return resources[0];
  }
  return undefined;
}

const findById = (storage: Storage, tenantId: string, id: string): Promise<StoredResource | undefined> =>
  storage.directory(tenantId).find('User', id);

async function mirroredId(storage: Storage, tenantId: string, asked: string): Promise<string | undefined> {
  const folded = foldString(asked);
  return (await storage.sync(tenantId).mirror.byNames([folded])).get(folded)?.resourceId;
}

async function plansOf(
  storage: Storage,
  tenantId: string,
  resourceId: string | undefined,
): Promise<Pick<Facts, 'planned' | 'latestPlan'>> {
  const { plans, lines } = storage.sync(tenantId);
  const latest = (await plans.latest(undefined, PLANS)).filter(
    ({ state }) => state !== 'making' && state !== 'discarded',
  );
  for (const plan of resourceId === undefined ? [] : latest) {
    const line = (await lines.of(plan.id, 'account', [resourceId ?? ''])).get(resourceId ?? '');
    if (line !== undefined) return { planned: { plan, line }, latestPlan: latest[0] };
  }
  return { planned: undefined, latestPlan: latest[0] };
}

function parsed({ document }: StoredResource): JsonObject {
  const value: unknown = JSON.parse(document);
  return isJsonObject(value) ? value : {};
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
