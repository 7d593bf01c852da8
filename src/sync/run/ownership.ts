import type { Run } from '../../model/run.js';
import type { SyncWriter } from '../../storage/sync-store.js';
import type { Running } from './running.js';

/** The run is another process's by now, or nobody's. Nothing was written. */
export class RunLost extends Error {
  constructor(runId: string) {
    super(`The run ${runId} is not this process's any more`);
    this.name = 'RunLost';
  }
}

/** The lease from now on, in fixed-width UTC. */
export function leaseFrom({ now, tuning }: Running): { readonly now: string; readonly leaseUntil: string } {
  const at = now().getTime();
  return { now: new Date(at).toISOString(), leaseUntil: new Date(at + tuning.leaseMs).toISOString() };
}

/**
 * What one process writes of a run that it has taken: every unit of work claims the run first, so that a process that stalled
 * for longer than its lease writes nothing once another has gone on. `owner` is new with every taking, so that a process never
 * takes its own earlier turn for this one.
 */
export class Ownership {
  readonly #running: Running;
  readonly #tenantId: string;
  readonly #runId: string;
  readonly #owner: string;

  constructor(running: Running, tenantId: string, runId: string, owner: string) {
    this.#running = running;
    this.#tenantId = tenantId;
    this.#runId = runId;
    this.#owner = owner;
  }

  /**
   * Runs a unit of work and renews the lease with it.
   * @throws RunLost (of the promise) if the run is not this one's any more
   */
  unit<T>(work: (sync: SyncWriter, run: Run) => Promise<T>): Promise<T> {
    const { now, leaseUntil } = leaseFrom(this.#running);
    return this.#running.storage.writeSync(this.#tenantId, async (sync) => {
      if (!(await sync.runs.claim(this.#runId, this.#owner, now, leaseUntil))) throw new RunLost(this.#runId);
      const run = await sync.runs.find(this.#runId);
      // Nobody has a run that is paused or has ended, so that the claim alone would take it.
      if (run?.state !== 'running') throw new RunLost(this.#runId);
      return work(sync, run);
    });
  }

  /** Whether the run, as it was read, is still this one's. */
  has(run: Run | undefined): boolean {
    return run?.state === 'running' && run.owner === this.#owner;
  }

  /** Lets another process have the run at once. @throws RunLost (of the promise) */
  async leave(): Promise<void> {
    await this.unit(async (sync) => {
      const now = this.#running.now().toISOString();
      await sync.runs.claim(this.#runId, this.#owner, now, now);
    });
  }
}
