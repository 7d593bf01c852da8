import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, MeasuredServer } from './server.js';

/** How long requests took, in milliseconds. */
export interface Measured {
  readonly median: number;
  readonly slowest: number;
  /** The statuses of the answers, each once. */
  readonly statuses: readonly number[];
  /** The slowest lookup of another tenant meanwhile. */
  readonly neighbor: number;
}

/** How long a measurement goes on at most, in milliseconds, when a request takes long. */
const PATIENCE = 3_000;

/** Looks one user of another tenant up, again and again, and notes the slowest answer. */
export class Neighbor {
  readonly #server: MeasuredServer;
  readonly #call: Call;
  readonly #stop = new AbortController();
  #slowest = 0;
  #running: Promise<void> | undefined;

  constructor(server: MeasuredServer, call: Call) {
    this.#server = server;
    this.#call = call;
  }

  start(): void {
    this.#running = this.#look();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The slowest lookup since this was asked last, in milliseconds. */
  slowest(): number {
    const slowest = this.#slowest;
    this.#slowest = 0;
    return slowest;
  }

  async #look(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const { status, milliseconds } = await this.#server.send(this.#call);
      if (status !== 200) throw new Error(`the other tenant's lookup is answered ${status}`);
      this.#slowest = Math.max(this.#slowest, milliseconds);
      await sleep(5);
    }
  }
}

/** Sends a request up to 20 times, `parallel` at a time. */
export async function measure(server: MeasuredServer, neighbor: Neighbor, call: Call, parallel = 1): Promise<Measured> {
  neighbor.slowest();
  const times: number[] = [];
  const statuses = new Set<number>();
  const began = performance.now();
  while (times.length < 20 && (times.length === 0 || performance.now() - began < PATIENCE)) {
    const outcomes = await Promise.all(Array.from({ length: parallel }, () => server.send(call)));
    for (const { status, milliseconds } of outcomes) {
      statuses.add(status);
      times.push(milliseconds);
    }
  }
  times.sort((a, b) => a - b);
  return {
    median: times[Math.floor(times.length / 2)] ?? NaN,
    slowest: times.at(-1) ?? NaN,
    statuses: [...statuses],
    neighbor: neighbor.slowest(),
  };
}
