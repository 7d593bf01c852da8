import type { BackendIdentity } from '../../model/mirror.js';
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
  /** The backend that the mirror belongs to; undefined where that was not noted when the run began. */
  readonly belongsTo: BackendIdentity | undefined;
  /** Who started or resumed it, for the audit trail. */
  readonly by: string;
}

/** Who resumes a run, and who is told about its progress. */
export interface RunOptions {
  readonly by: string;
  /** Told after each batch. */
  readonly onProgress?: (counts: RunCounts) => void;
}
