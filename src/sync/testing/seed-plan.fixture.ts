import type { Plan, PlanLine, TrackedLine } from '../../storage/sync-model.js';
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
  const counter = new PlanCounter({ accounts: 0, groups: 0 });
  for (const line of lines) {
    digest.add(line);
    counter.add(line);
  }
  await storage.writeSync(tenantId, async (sync) => {
    const runsBefore = await sync.countRuns();
    await sync.insertPlan(newPlan(planId, { runsBefore, mirrored: await sync.countMirrored('User'), ...given }));
    await sync.insertLines(planId, lines);
    await sync.freezePlan(planId, { digest: digest.hex(), counts: counter.counts() });
  });
}

/** All lines of a plan, with what has become of them. */
export function linesOf(storage: SyncStorage, tenantId: string, planId: string): Promise<readonly TrackedLine[]> {
  return storage.sync(tenantId).lines(planId, 0, 10_000);
}
