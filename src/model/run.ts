/** `running` also when its process has crashed: then its lease runs out. */
export type RunState = 'running' | 'paused' | 'cancelled' | 'finished';

/** The delivery of a plan to the backend. */
export interface Run {
  readonly id: string;
  readonly planId: string;
  readonly state: RunState;
  /** A dateTime in fixed-width UTC, as are `finished` and `leaseUntil`. */
  readonly started: string;
  readonly by: string;
  readonly finished?: string;
  /** Why it paused by itself. */
  readonly detail?: string;
  /** How many lines had which outcome, so far or in the end; runs that are paused have none. */
  readonly counts?: RunCounts;
  /** Which process works on it, and until when it is assumed to unless it renews the lease. */
  readonly owner?: string;
  readonly leaseUntil?: string;
  /** What a person has asked for while a process works on the run: the process settles what was sent, does what was asked, and clears this. */
  readonly asked?: RunRequest;
}

/** A request to pause or to cancel a run, and who made it. */
export interface RunRequest {
  readonly to: 'pause' | 'cancel';
  readonly by: string;
}

/** How many lines of a run had which outcome. */
export interface RunCounts {
  /** Lines still to be delivered, those sent without an answer included. */
  readonly left: number;
  readonly applied: number;
  readonly skipped: number;
  readonly failed: number;
}
