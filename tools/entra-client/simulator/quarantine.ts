const HOUR = 3_600_000;

/** The time between two cycles, which cannot be changed. */
export const CYCLE_INTERVAL = 40 * 60_000;

/** From which failures on a job goes into quarantine. */
export interface Thresholds {
  /** Failures from which on the share counts. */
  readonly failures: number;
  /** The share of the objects that may fail. */
  readonly share: number;
  /** Failures that are too many whatever their share. */
  readonly absolute: number;
  /** Failures altogether, those of managers and members among them. */
  readonly withReferences: number;
}

/** Microsoft Learn, application-provisioning-quarantine-status. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  failures: 5_000,
  share: 0.4,
  absolute: 40_000,
  withReferences: 60_000,
};

/** What a cycle came to. */
export interface Tally {
  /** The users and groups that the cycle looked at. */
  readonly objects: number;
  readonly failedObjects: number;
  /** Managers and members that could not be set. */
  readonly failedReferences: number;
}

/** Whether so many failures are too many. */
export function tooManyFailures({ objects, failedObjects, failedReferences }: Tally, limits: Thresholds): boolean {
  if (failedObjects + failedReferences > limits.withReferences) return true;
  if (failedObjects < limits.failures) return false;
  return failedObjects > limits.share * objects || failedObjects > limits.absolute;
}

/** A job that is in quarantine: since when, and how many cycles there have been since. */
export interface Quarantine {
  readonly since: number;
  readonly cycles: number;
  readonly reason: string;
}

/** Hours until the next cycle in quarantine; afterward a day. */
const DELAYS = [6, 12, 24];
const FOUR_WEEKS = 28 * 24 * HOUR;

/** Milliseconds until the next cycle, or undefined if the job is disabled after four weeks of quarantine. */
export function untilNextCycle(quarantine: Quarantine | undefined, now: number): number | undefined {
  if (quarantine === undefined) return CYCLE_INTERVAL;
  if (now - quarantine.since > FOUR_WEEKS) return undefined;
  return (DELAYS[quarantine.cycles - 1] ?? 24) * HOUR;
}
