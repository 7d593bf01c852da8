import { randomUUID } from 'node:crypto';
import { agendaOf } from './agenda.js';
import type { Clock } from './clock.js';
import type { Directory } from './company/directory.js';
import { runCycle, runOnDemand } from './cycle.js';
import { Links } from './provision/links.js';
import { tooManyFailures, untilNextCycle, type Quarantine, type Tally } from './quarantine.js';
import { Retries, type Retry } from './retries.js';
import type { ProvisioningSettings } from './settings.js';
import { ScimClient } from './wire/client.js';
import { isIncompatible, ProvisioningFailure } from './wire/failure.js';
import type { Send } from './wire/wire.js';
import { Counted, type Work } from './work.js';

/** What a job is made of. */
export interface JobParts {
  readonly directory: Directory;
  readonly settings: ProvisioningSettings;
  readonly send: Send;
  readonly clock: Clock;
  /** Makes the GUID of a probe. */
  readonly guid?: () => string;
}

/** How a cycle ended. */
export interface CycleOutcome {
  readonly kind: 'initial' | 'incremental';
  readonly tally: Tally;
  /** Why nothing was done from some point on. */
  readonly stopped?: ProvisioningFailure;
}

const ON_DEMAND_PROBES = 3;

/** A provisioning job of one application, with all that Entra remembers between its cycles. */
export class ProvisioningJob {
  readonly links = new Links();
  readonly #parts: JobParts;
  readonly #client: ScimClient;
  readonly #retries = new Retries();
  /** The revision of the directory up to which everything has been looked at. */
  #watermark = 0;
  /** Whether everything is to be looked at again. */
  #initial = true;
  #quarantine: Quarantine | undefined;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#client = new ScimClient(parts.send, parts.clock);
  }

  /** What has failed and waits for another attempt. */
  get failures(): readonly Retry[] {
    return this.#retries.all;
  }

  /** Whether the next cycle has to look at something that changed, or at everything. */
  get isUnfinished(): boolean {
    return this.#initial || this.#watermark < this.#parts.directory.revision;
  }

  get quarantine(): Quarantine | undefined {
    return this.#quarantine;
  }

  /** Milliseconds until the next cycle; undefined if the job has been disabled. */
  get untilNextCycle(): number | undefined {
    return untilNextCycle(this.#quarantine, this.#parts.clock.now());
  }

  /**
   * Restarts provisioning: the next cycle looks at everything. What waits for a retry goes on waiting.
   * @param forgetIds whether the cached ids go as well, as with `resetScope: Full`
   */
  restart({ forgetIds }: { readonly forgetIds: boolean }): void {
    this.#initial = true;
    this.#quarantine = undefined;
    if (forgetIds) this.links.forgetAll();
  }

  /** Runs a cycle: probe, users, groups, managers, members. What fails is tried again in later cycles. */
  async cycle(): Promise<CycleOutcome> {
    const { settings, directory } = this.#parts;
    const { revision } = directory;
    const work = this.#work(settings);
    const kind = this.#initial ? 'initial' : 'incremental';
    try {
      await this.#probe();
      await runCycle(work, agendaOf(work, this.#watermark, this.#initial));
      this.#watermark = revision;
      this.#initial = false;
      return this.#judged({ kind, tally: work.counted.tally });
    } catch (error) {
      if (!(error instanceof ProvisioningFailure)) throw error;
      return this.#judged({ kind, tally: work.counted.tally, stopped: error });
    }
  }

  /**
   * Provisions one user or group at once, in the dialect without a flag, and keeps no failure for a retry.
   * @throws ProvisioningFailure
   */
  async provisionOnDemand(objectId: string): Promise<void> {
    for (let probe = 0; probe < ON_DEMAND_PROBES; probe += 1) await this.#probe();
    await runOnDemand(this.#work({ ...this.#parts.settings, dialect: 'legacy' }), objectId);
  }

  /** A lookup for a user who cannot exist. */
  async #probe(): Promise<void> {
    const { guid = randomUUID, settings } = this.#parts;
    const found = await this.#client.find('probe', '/Users', settings.matching[0] ?? 'userName', guid());
    if (found.length > 0) throw new ProvisioningFailure('InvalidAnswer', 200, 'A user was found who cannot exist.');
  }

  #judged(outcome: CycleOutcome): CycleOutcome {
    const reason = this.#reasonForQuarantine(outcome);
    const { since, cycles } = this.#quarantine ?? { since: this.#parts.clock.now(), cycles: 0 };
    this.#quarantine = reason === undefined ? undefined : { since, cycles: cycles + 1, reason };
    return outcome;
  }

  #reasonForQuarantine({ stopped, tally }: CycleOutcome): string | undefined {
    if (stopped !== undefined && isIncompatible(stopped)) return stopped.message;
    return tooManyFailures(tally, this.#parts.settings.thresholds) ? 'Too many objects fail.' : undefined;
  }

  #work(settings: ProvisioningSettings): Work {
    const { directory, clock } = this.#parts;
    const { links } = this;
    const counted = new Counted();
    return { directory, settings, clock, links, client: this.#client, retries: this.#retries, counted };
  }
}
