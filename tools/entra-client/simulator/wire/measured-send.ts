import { NoAnswer, type Purpose, type Send } from './wire.js';

/** What was measured of the requests of one purpose. */
export interface Measured {
  readonly purpose: Purpose;
  readonly requests: number;
  /** Requests that were answered with an error other than 404, or not at all. */
  readonly failed: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface Kept {
  readonly times: number[];
  failed: number;
}

/** Measures the requests that go through it. */
export class Measurement {
  readonly #kept = new Map<Purpose, Kept>();

  /** Sends and measures, by the clock on the wall. */
  measuring(send: Send): Send {
    return async (request) => {
      const kept = this.#of(request.purpose);
      const start = performance.now();
      try {
        const answer = await send(request);
        if (answer.status >= 400 && answer.status !== 404) kept.failed += 1;
        return answer;
      } catch (error) {
        if (error instanceof NoAnswer) kept.failed += 1;
        throw error;
      } finally {
        kept.times.push(performance.now() - start);
      }
    };
  }

  /** In the order in which the purposes came up. */
  get all(): readonly Measured[] {
    return [...this.#kept].map(([purpose, kept]) => measuredOf(purpose, kept));
  }

  #of(purpose: Purpose): Kept {
    const kept = this.#kept.get(purpose) ?? { times: [], failed: 0 };
    this.#kept.set(purpose, kept);
    return kept;
  }
}

function measuredOf(purpose: Purpose, { times, failed }: Kept): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { purpose, requests: sorted.length, failed, p50: at(0.5), p95: at(0.95), max: at(1) };
}
