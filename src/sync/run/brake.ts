import type { RunRequest } from '../../model/run.js';

/** Why a run stops before all of its lines have an outcome. */
export type StopReason =
  | RunRequest
  /** The backend is down, or what it has cannot be written. */
  | { readonly to: 'wait'; readonly detail: string }
  /** The process ends. */
  | { readonly to: 'leave' }
  /** Another process has the run. */
  | { readonly to: 'yield' };

const WEIGHT: Readonly<Record<StopReason['to'], number>> = { pause: 1, cancel: 2, wait: 3, leave: 4, yield: 5 };

/** Stops a run: first no further batch is begun, then those in progress are broken off. */
export class Brake {
  readonly #hard = new AbortController();
  readonly #graceMs: number;
  #reason: StopReason | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param graceMs how long batches in progress get when the run is to pause */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Breaks off what is in progress. */
  get signal(): AbortSignal {
    return this.#hard.signal;
  }

  /** The strongest reason counts. A run that was interrupted to pause cannot be canceled, because its lines are not settled. */
  pull(reason: StopReason): void {
    if (this.#reason !== undefined && WEIGHT[reason.to] <= WEIGHT[this.#reason.to]) return;
    if (reason.to === 'cancel' && this.signal.aborted) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    if (reason.to === 'cancel') return;
    if (reason.to === 'yield' || reason.to === 'wait') this.#hard.abort();
    else this.#timer = setTimeout(() => this.#hard.abort(), this.#graceMs);
  }

  /** What is in progress has ended. */
  release(): void {
    clearTimeout(this.#timer);
  }
}
