import type { PlanLine, TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { SyncStorage } from '../../storage/sync-store.js';
import { newPlan } from '../../storage/testing/sync.fixture.js';
import { PlanCounter } from '../plan/lines.js';
import { PlanDigest } from '../plan/lines.js';

/** Puts a plan of these lines into the database, frozen, as planning would. */
export async function seedPlan(
  storage: SyncStorage,
  tenantId: string,
  planId: string,
  lines: readonly PlanLine[],
  given: Partial<Plan> = {},
): Promise<void> {
  const digest = new PlanDigest();
  const counter = new PlanCounter({ accounts: 0, groups: 0, waiting: 0 });
  for (const line of lines) {
    digest.add(line);
    counter.add(line);
  }
  await storage.writeSync(tenantId, async (sync) => {
    const runsBefore = await sync.runs.count();
    await sync.plans.insert(newPlan(planId, { runsBefore, mirrored: await sync.mirror.count('User'), ...given }));
    await sync.lines.insert(planId, lines);
    await sync.plans.freeze(planId, { digest: digest.hex(), counts: counter.counts() });
  });
}

/** All lines of a plan, with what has become of them. */
export function linesOf(storage: SyncStorage, tenantId: string, planId: string): Promise<readonly TrackedLine[]> {
  return storage.sync(tenantId).lines.page(planId, 0, 10_000);
}
