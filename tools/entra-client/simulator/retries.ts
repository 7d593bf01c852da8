import { CYCLE_INTERVAL } from './quarantine.js';
import type { ProvisioningFailure } from './wire/failure.js';

const LONGEST_INTERVAL = 24 * 3_600_000;

/** Something that failed and is tried again. */
export interface Retry {
  /** The object id, or two of them for a reference. */
  readonly key: string;
  readonly kind: 'user' | 'group' | 'manager' | 'member';
  readonly attempts: number;
  /** When it is due, by the job's clock. */
  readonly due: number;
  readonly failure: ProvisioningFailure;
}

/** What failed so far: tried again in the next cycle, then at growing intervals. */
export class Retries {
  readonly #waiting = new Map<string, Retry>();

  get all(): readonly Retry[] {
    return [...this.#waiting.values()];
  }

  /** The keys of a kind whose time has come. */
  due(kind: Retry['kind'], now: number): readonly string[] {
    return this.all.filter((retry) => retry.kind === kind && retry.due <= now).map(({ key }) => key);
  }

  failed(kind: Retry['kind'], key: string, failure: ProvisioningFailure, now: number): void {
    const attempts = (this.#waiting.get(`${kind} ${key}`)?.attempts ?? 0) + 1;
    // The first interval is the shortest there is, so that the next cycle tries again.
    const interval = attempts === 1 ? 0 : Math.min(CYCLE_INTERVAL * 2 ** (attempts - 1), LONGEST_INTERVAL);
    this.#waiting.set(`${kind} ${key}`, { key, kind, attempts, due: now + interval, failure });
  }

  succeeded(kind: Retry['kind'], key: string): void {
    this.#waiting.delete(`${kind} ${key}`);
  }
}
