import { virtualClock } from '../../tools/entra-client/simulator/clock.js';
import { Directory } from '../../tools/entra-client/simulator/company/directory.js';
import { ProvisioningFailure } from '../../tools/entra-client/simulator/wire/failure.js';
import { sendThroughFaults } from '../../tools/entra-client/simulator/wire/faults.js';
import { ProvisioningJob } from '../../tools/entra-client/simulator/job.js';
import { REQUIRED_RATE, sendAtRate } from '../../tools/entra-client/simulator/pace.js';
import { DEFAULT_SETTINGS } from '../../tools/entra-client/simulator/settings.js';
import type { Send } from '../../tools/entra-client/simulator/wire/wire.js';
import { change } from './company.js';
import type { History, PlannedFault, Step } from './history.js';
import { Journal } from './journal.js';

/** Longer than the longest interval between two attempts. */
const TWO_DAYS = 48 * 3_600_000;

/** Small enough for a company of a handful. */
const THRESHOLDS = { failures: 8, share: 0.4, absolute: 20, withReferences: 30 };

/** Plays a history. */
export class Player {
  readonly directory = new Directory();
  readonly journal = new Journal();
  readonly job: ProvisioningJob;
  /** What went wrong in cycles without faults that nothing explains. */
  readonly surprises: string[] = [];
  readonly #history: History;
  readonly #clock = virtualClock();
  #faults: readonly PlannedFault[] = [];
  #requests = 0;

  constructor(history: History, send: Send) {
    this.#history = history;
    const plan = () => {
      const now = this.#requests++;
      return this.#faults.find(({ at }) => at === now)?.fault;
    };
    const faulty = sendThroughFaults(send, plan, this.#clock, (injected) => {
      this.journal.fault(injected);
    });
    const paced = sendAtRate(faulty, REQUIRED_RATE, this.#clock);
    const settings = {
      ...DEFAULT_SETTINGS,
      dialect: history.dialect,
      matching: history.matching,
      thresholds: THRESHOLDS,
    };
    this.job = new ProvisioningJob({ directory: this.directory, settings, send: paced, clock: this.#clock });
  }

  /** Plays the steps, and two cycles without faults. */
  async playSteps(): Promise<void> {
    for (const step of this.#history.steps) await this.#step(step);
    await this.#quietCycle();
    await this.#quietCycle();
  }

  /** Restarts provisioning, and plays the cycle that this causes. Renames that wait for each other take a cycle each. */
  async restart(): Promise<void> {
    await this.#restart(this.#history.forgetIds);
    for (let left = this.job.failures.length; left > 0 && this.job.failures.length > 0; left -= 1) {
      await this.#quietCycle();
    }
    if (this.job.quarantine !== undefined) this.surprises.push(`in quarantine: ${this.job.quarantine.reason}`);
  }

  async #step(step: Step): Promise<void> {
    change(this.directory, step);
    this.journal.note(this.directory, this.job.links);
    if (step.do === 'cycle') await this.#cycle(step.faults);
    if (step.do === 'on demand') await this.#onDemand(step.user, step.faults);
    if (step.do === 'restart') this.job.restart({ forgetIds: false });
    if (step.do === 'restart without ids') await this.#restartWithoutIds();
  }

  /** Ids are only forgotten when nothing waits any more: what Entra has forgotten it cannot disable. */
  async #restartWithoutIds(): Promise<void> {
    await this.#quietCycle();
    await this.#quietCycle();
    await this.#restart(true);
  }

  async #restart(forgetIds: boolean): Promise<void> {
    const { links } = this.job;
    const linked = [...this.directory.users, ...this.directory.groups].filter(({ objectId }) => links.get(objectId));
    this.job.restart({ forgetIds: forgetIds && this.job.failures.length === 0 });
    await this.#quietCycle();
    for (const { objectId } of linked) if (!links.get(objectId)) this.journal.forgotten.add(objectId);
  }

  async #quietCycle(): Promise<void> {
    const { stopped } = await this.#cycle([]);
    if (stopped !== undefined) this.surprises.push(`a cycle without faults stopped: ${stopped.message}`);
  }

  async #cycle(faults: readonly PlannedFault[]) {
    this.#clock.skip(TWO_DAYS);
    this.#meet(faults);
    const outcome = await this.job.cycle();
    this.#meet([]);
    this.journal.note(this.directory, this.job.links);
    return outcome;
  }

  async #onDemand(user: number, faults: readonly PlannedFault[]): Promise<void> {
    const { users } = this.directory;
    const picked = users[user % users.length];
    if (picked === undefined) return;
    this.#meet(faults);
    await this.job.provisionOnDemand(picked.objectId).catch((error: unknown) => {
      if (!(error instanceof ProvisioningFailure)) throw error;
    });
    this.#meet([]);
    this.journal.note(this.directory, this.job.links);
  }

  #meet(faults: readonly PlannedFault[]): void {
    this.#faults = faults;
    this.#requests = 0;
  }
}
