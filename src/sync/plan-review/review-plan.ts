import type { TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { Guard } from '../../model/policy.js';
import type { LineIndex, PlanReview } from '../../model/reviewing/plan-review.js';
import { member } from '../../protocol/json.js';
import type { SyncReader, SyncStorage } from '../../storage/sync-store.js';
import { everyPage } from '../pages.js';
import { linesIn } from '../plan/lines.js';
import { pastBefore } from './past.js';
import { Reviewer } from './reviewer.js';

/**
 * Counts what a plan comes to, in one pass over its lines.
 * @param onLines is shown them as well
 */
export async function countPlan(
  reader: SyncReader,
  plan: Pick<Plan, 'id'>,
  { groupLossShare }: Guard,
  onLines: (lines: readonly TrackedLine[]) => void = () => undefined,
): Promise<LineIndex> {
  const reviewer = new Reviewer();
  const readPast = await pastBefore(reader, plan);
  for await (const lines of linesIn(reader, plan.id)) {
    const pastOf = await readPast(lines);
    for (const line of lines) reviewer.add(line, pastOf(line));
    onLines(lines);
  }
  return reviewer.index({
    groupLossShare,
    accountsWith: await accountsWith(reader, reviewer.blanked),
    members: await reader.mirrorMemberships.countsOf(reviewer.groups),
  });
}

/** What a plan comes to. One that an older version made is counted now. */
export async function reviewOf(
  storage: SyncStorage,
  tenantId: string,
  plan: Pick<Plan, 'id'>,
  guard: Guard,
): Promise<PlanReview> {
  const reader = storage.sync(tenantId);
  const stored = await reader.reviews.find(plan.id);
  if (stored !== undefined) return stored;
  const index = await countPlan(reader, plan, guard);
  await storage.writeSync(tenantId, (sync) => sync.reviews.put(plan.id, index));
  return index.review;
}

/** How many accounts of the backend have a value of each attribute: read only where one is blanked. */
async function accountsWith(reader: SyncReader, attributes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map(attributes.map((attribute) => [attribute, 0]));
  if (counts.size === 0) return counts;
  const pages = everyPage(
    (after: string | undefined, limit) => reader.mirror.page('User', after, limit),
    ({ resourceId }) => resourceId,
  );
  for await (const items of pages) {
    for (const { content } of items) {
      for (const [attribute, count] of counts) {
        if (member(content.attributes, attribute) !== undefined) counts.set(attribute, count + 1);
      }
    }
  }
  return counts;
}
