import type { RunRequest } from '../../model/run.js';
import type { RunTuning } from './running.js';

/** Why a run stops before all of its lines have an outcome. */
export type StopReason =
  | RunRequest
  /** The backend is down, or what it has cannot be written. */
  | { readonly to: 'wait'; readonly detail: string }
  /** The process ends. */
  | { readonly to: 'leave' }
  /** Another process has the run. */
  | { readonly to: 'yield' };

const WEIGHT: Readonly<Record<StopReason['to'], number>> = { pause: 1, wait: 2, cancel: 3, leave: 4, yield: 5 };

/** How long batches in progress get when the run is to pause and when it is to be canceled, in milliseconds. */
type BrakeTimes = Pick<RunTuning, 'graceMs' | 'cancelMs'>;

/** Stops a run: first no further batch is begun, then those in progress are interrupted. */
export class Brake {
  readonly #hard = new AbortController();
  readonly #times: BrakeTimes;
  #reason: StopReason | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(times: BrakeTimes) {
    this.#times = times;
  }

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** Interrupts what is in progress. */
  get signal(): AbortSignal {
    return this.#hard.signal;
  }

  /**
   * The strongest reason counts. A run that was interrupted to pause is not canceled before it has paused: whoever cancels it
   * then asks for the lines that were sent once more.
   */
  pull(reason: StopReason): void {
    // A canceled run does not wait for a backend that is down.
    if (reason.to === 'wait' && this.#reason?.to === 'cancel') this.#hard.abort();
    if (this.#reason !== undefined && WEIGHT[reason.to] <= WEIGHT[this.#reason.to]) return;
    if (reason.to === 'cancel' && this.#reason?.to === 'pause' && this.signal.aborted) return;
    this.#reason = reason;
    clearTimeout(this.#timer);
    if (reason.to === 'yield' || reason.to === 'wait') this.#hard.abort();
    else
      this.#timer = setTimeout(() => this.#hard.abort(), this.#times[reason.to === 'cancel' ? 'cancelMs' : 'graceMs']);
  }

  /** What is in progress has ended. */
  release(): void {
    clearTimeout(this.#timer);
  }
}
