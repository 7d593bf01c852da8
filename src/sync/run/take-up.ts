import type { Plan, Run } from '../../storage/sync-model.js';
import type { StartedRun } from '../synchronisation.js';
import { Brake } from './brake.js';
import { Ownership } from './ownership.js';
import { Progress } from './progress.js';
import type { Running } from './running.js';
import type { RunOptions } from './work.js';
import { workRun } from './work-run.js';

/** A run that this process has taken. */
export interface TakenRun {
  readonly tenantId: string;
  readonly run: Run;
  readonly plan: Plan;
  /** What it is taken as. */
  readonly owner: string;
}

/** Begins to work on a run. */
export async function takeUp(
  running: Running,
  { tenantId, run, plan, owner }: TakenRun,
  { by, onProgress }: RunOptions,
): Promise<StartedRun> {
  const counts = await running.storage.sync(tenantId).runCounts(plan.id);
  const brake = new Brake(running.tuning.graceMs);
  if (run.asked !== undefined) brake.pull(run.asked);
  const ownership = new Ownership(running, tenantId, run.id, owner);
  const progress = new Progress(counts, onProgress);
  const ended = workRun({ running, tenantId, run, plan, ownership, brake, progress, by });
  // Whoever starts a run need not wait for it; a fault is told to `onFault` as well.
  ended.catch(() => undefined);
  return { run, ended };
}
