import type { Plan } from '../../model/plan.js';
import { repeatRounds, rest, visitTenants, type TenantRoundOptions } from '../../rounds.js';
import { pageSize } from '../../storage/page-size.js';
import type { Storage } from '../../storage/storage.js';
import type { SyncWriter } from '../../storage/sync-store.js';
import { note, type Review } from '../review.js';

/** What shrinking works with. */
export interface ShrinkingParts extends Pick<Review, 'now' | 'newId'> {
  readonly storage: Pick<Storage, 'sync' | 'writeSync' | 'tenants'>;
  /** How many days the lines of a plan are kept once it is of no use any more. */
  readonly days: number;
  /** Rows that are deleted in one step. */
  readonly step?: number;
}

/** Lines deleted in one step, so that requests get their turn in between. */
const STEP = pageSize(500);

/** Plans that are looked up at a time. */
const PLANS = pageSize(20);

/** Milliseconds between two rounds. */
const INTERVAL = 600_000;
const DAY = 86_400_000;

/** Whose decision it is, in the audit trail. */
const BY = 'FlexWhere SCIM, as PLAN_RETENTION_DAYS says';

/** Shrinks the plans of long ago to their counts, a few lines at a time: about every ten minutes. @returns calls it off */
export function startShrinking(parts: ShrinkingParts, onError: (error: unknown) => void): () => Promise<void> {
  return repeatRounds((signal) => shrinkPlans(parts, { signal }), { everyMs: INTERVAL, onError });
}

/** Shrinks the plans of all tenants that are of no use any more. One that was cut off goes on where it ended. */
export async function shrinkPlans(parts: ShrinkingParts, round: TenantRoundOptions): Promise<void> {
  const before = new Date(parts.now().getTime() - parts.days * DAY).toISOString();
  await visitTenants(parts.storage.tenants, (tenantId) => shrinkOf(parts, tenantId, before, round), round);
}

async function shrinkOf(
  parts: ShrinkingParts,
  tenantId: string,
  before: string,
  round: TenantRoundOptions,
): Promise<void> {
  for (;;) {
    const plans = await parts.storage.sync(tenantId).plans.toShrink(before, PLANS.items);
    for (const plan of plans) {
      if (round.signal.aborted) return;
      await shrink(parts, tenantId, plan, round);
    }
    if (plans.length < PLANS.items) return;
  }
}

/** First it is noted that the lines go, then they go: nobody takes what is left of them for the plan. */
async function shrink(
  { storage, step = STEP.items, days, ...review }: ShrinkingParts,
  tenantId: string,
  plan: Plan,
  round: TenantRoundOptions,
): Promise<void> {
  const isShrunk = await storage.writeSync(tenantId, (sync) => mark(review, sync, plan, days));
  while (isShrunk && !round.signal.aborted) {
    const begun = performance.now();
    const isMore = await storage.writeSync(tenantId, (sync) => sync.plans.deleteLines(plan.id, step));
    if (!isMore) return;
    await rest(performance.now() - begun, round);
  }
}

/** @returns whether the lines of the plan are to go; not if it has come to something else meanwhile */
async function mark(
  review: Pick<Review, 'now' | 'newId'>,
  sync: SyncWriter,
  { id, state }: Plan,
  days: number,
): Promise<boolean> {
  if (state === 'open' || state === 'making') {
    if (await sync.plans.move(id, state, 'discarded')) {
      await note(review, sync, { by: BY, action: 'plan.discarded', planId: id });
    }
  }
  const run = await sync.runs.ofPlan(id);
  if (run !== undefined && run.counts === undefined) await sync.runs.keepCounts(run.id, await sync.lines.counts(id));
  if (!(await sync.plans.shrink(id, review.now().toISOString()))) {
    return (await sync.plans.find(id))?.shrunk !== undefined;
  }
  const ofRun = run === undefined ? {} : { runId: run.id };
  await note(review, sync, { by: BY, action: 'plan.shrunk', planId: id, ...ofRun, detail: { days } });
  return true;
}
