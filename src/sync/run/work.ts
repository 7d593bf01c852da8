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
  /** Who started or resumed it, for the audit trail. */
  readonly by: string;
}

/** Who resumes a run, and who is told about its progress. */
export interface RunOptions {
  readonly by: string;
  /** Told after each batch. */
  readonly onProgress?: (counts: RunCounts) => void;
}
