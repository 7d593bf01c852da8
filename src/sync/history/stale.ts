import type { Plan } from '../../model/plan.js';
import type { Run } from '../../model/run.js';
import type { SyncReader } from '../../storage/sync-store.js';

/** A plan with what is known of it besides. */
export interface KnownPlan extends Plan {
  /** The latest run, if it or an earlier one has begun since an open plan was made, which can no longer be applied then. */
  readonly overtakenBy?: Pick<Run, 'id' | 'by' | 'started'>;
  /** Whether it will never be finished: its process ended while it was being made. */
  readonly interrupted?: true;
}

/** Plans with whether their processes are gone that were to make them. */
const withInterruption = (plans: readonly Plan[], now: Date): readonly KnownPlan[] =>
  plans.map((plan) =>
    plan.makingUntil === undefined || plan.makingUntil >= now.toISOString() ? plan : { ...plan, interrupted: true },
  );

/** Plans with whether they are stale: one count of the runs for all of them. */
export async function withStaleness(
  reader: SyncReader,
  made: readonly Plan[],
  now: Date,
): Promise<readonly KnownPlan[]> {
  const plans = withInterruption(made, now);
  if (!plans.some(({ state }) => state === 'open')) return plans;
  const [runs, [latest]] = await Promise.all([reader.runs.count(), reader.runs.latest(undefined, 1)]);
  if (latest === undefined) return plans;
  const { id, by, started } = latest;
  return plans.map((plan) =>
    plan.state === 'open' && plan.runsBefore !== runs ? { ...plan, overtakenBy: { id, by, started } } : plan,
  );
}

/** Why a plan can no longer be applied, and what to do; undefined where it can. */
export function staleSentence({ overtakenBy, interrupted }: KnownPlan): string | undefined {
  if (interrupted) return 'Its process ended while it was being made. Make a new one; this one is discarded then.';
  if (overtakenBy === undefined) return undefined;
  const { by, started } = overtakenBy;
  return `Stale: ${by} applied another plan at ${started}, so this one can no longer be applied. Make a new one.`;
}
