import type { Plan } from '../../model/plan.js';
import type { Run, RunCounts } from '../../model/run.js';
import type { Brake } from './brake.js';
import type { Ownership } from './ownership.js';
import type { Progress } from './progress.js';
import type { Running } from './running.js';

/** A run that this process works on. */
export interface Work {
  readonly running: Running;
  readonly tenantId: string;
  readonly run: Run;
  readonly plan: Plan;
  readonly ownership: Ownership;
  readonly brake: Brake;
  readonly progress: Progress;
  /** Who started it, or went on with it: for the audit trail. */
  readonly by: string;
}

/** Who goes on with a run, and who wants to know how far it is. */
export interface RunOptions {
  readonly by: string;
  /** Told after each batch. */
  readonly onProgress?: (counts: RunCounts) => void;
}
