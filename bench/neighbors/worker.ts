import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Asked } from './client.js';
import type { Met, Worker, Workload } from './workload.js';

/** The process that measures how long tenants wait: a separate one, so that making hostile requests does not count. */
class Tenant {
  readonly #agent = new Agent({ keepAlive: true });
  #lookUps: number[] = [];
  #writes: number[] = [];
  #refused: Record<string, number> = {};

  constructor(
    readonly workload: Workload,
    readonly worker: Worker,
  ) {}

  start(): void {
    const path = `/Users?filter=${encodeURIComponent(`userName eq "${this.worker.userName}"`)}`;
    void this.#repeat(this.workload.lookUpEvery, this.#lookUps, () => ({ method: 'GET', path }));
    void this.#repeat(this.workload.writeEvery, this.#writes, (turn) => this.#change(turn));
  }

  take(): Met {
    const met = { lookUps: [...this.#lookUps], writes: [...this.#writes], refused: this.#refused };
    this.#lookUps.length = 0;
    this.#writes.length = 0;
    this.#refused = {};
    return met;
  }

  #change(turn: number): Asked {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    const Operations = [{ op: 'replace', path: 'title', value: `turn ${turn}` }];
    const body = JSON.stringify({ schemas, Operations });
    return { method: 'PATCH', path: `/Users/${this.worker.userId}`, body };
  }

  async #repeat(every: number, times: number[], next: (turn: number) => Asked): Promise<void> {
    // Tenants do not begin at the same moment.
    await sleep(Math.random() * every);
    for (let turn = 0; ; turn += 1) {
      const began = performance.now();
      const { status, milliseconds } = await ask(
        { port: this.workload.port, token: this.worker.token },
        this.#agent,
        next(turn),
      );
      times.push(milliseconds);
      if (status < 200 || status > 299) this.#refused[status] = (this.#refused[status] ?? 0) + 1;
      await sleep(Math.max(0, every - (performance.now() - began)));
    }
  }
}

let tenants: readonly Tenant[] = [];

process.on('message', (message: Workload | 'take') => {
  if (message === 'take') process.send?.(tenants.map((tenant) => tenant.take()));
  else {
    tenants = message.workers.map((worker) => new Tenant(message, worker));
    for (const tenant of tenants) tenant.start();
  }
});
process.on('disconnect', () => process.exit());
