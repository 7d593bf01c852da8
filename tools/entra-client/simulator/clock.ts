import { setTimeout as pause } from 'node:timers/promises';

/** The time that the provisioning service lives in. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Lets time pass because the server has to be given it: a pause between requests, a `Retry-After`. */
  wait(milliseconds: number): Promise<void>;
  /** Lets time pass in which nothing happens, such as the 40 minutes between two cycles. */
  skip(milliseconds: number): void;
}

/** A clock that only moves when it is told to, so that a month of cycles takes no time. */
export function virtualClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds;
    },
    skip: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** The clock on the wall, on which only the time between cycles is skipped. */
export function liveClock(): Clock {
  let skipped = 0;
  return {
    now: () => performance.now() + skipped,
    wait: (milliseconds) => pause(milliseconds),
    skip: (milliseconds) => {
      skipped += milliseconds;
    },
  };
}
