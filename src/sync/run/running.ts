import type { SyncStorage } from '../../storage/sync-store.js';
import type { Backend } from '../backend.js';

/** What runs stand on. */
export interface Running {
  readonly storage: SyncStorage;
  readonly backend: Backend;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly tuning: RunTuning;
  /** Ends what this process does for runs; another process may take them over at once. */
  readonly stopping?: AbortSignal;
  /** Told about internal errors, which also reject `ended`. */
  readonly onFault?: (error: unknown) => void;
}

/** All times are in milliseconds. */
export interface RunTuning {
  /** Lines in a batch. */
  readonly batchSize: number;
  /** Batches of a run that are in progress at a time. */
  readonly concurrency: number;
  /** How long a process is assumed to work on a run without renewing its lease. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** How often it is looked whether somebody wants the run to pause. */
  readonly pollMs: number;
  /** How long batches that are in progress get when the run is to pause. */
  readonly graceMs: number;
  /** How long lines that were sent get for their outcome when the run is to be canceled; after that it is not known. */
  readonly cancelMs: number;
}

/** How runs are tuned unless a test says otherwise. */
export const RUN_TUNING: RunTuning = {
  batchSize: 100,
  concurrency: 4,
  leaseMs: 30_000,
  renewMs: 10_000,
  pollMs: 500,
  graceMs: 2_000,
  cancelMs: 5_000,
};
