import type { TrackedLine } from '../../../model/line.js';
import { BackendUnavailable, type Batch, type DeliveryOutcome, type MatchQuestion } from '../../backend.js';
import { MemoryBackend } from '../memory-backend.fixture.js';

/**
 * What goes wrong with one batch: it is `away`; its answer is `lost`; what it answers is `garbage`, with or without effect
 * (`deaf`); it `refuses` the first line; it `lies` that it has applied the last line (not of a delete, which nothing could tell
 * from an account that somebody else has put there); it turns into `another` backend before
 * the next batch.
 */
export const MISHAPS = ['none', 'away', 'lost', 'garbage', 'deaf', 'refuses', 'lies', 'another'] as const;
export type Mishap = (typeof MISHAPS)[number];

/** A backend that keeps to what openapi/backend.yaml says of keys, and otherwise does what goes wrong. */
export class AdverseBackend extends MemoryBackend {
  /** What goes wrong with the next batches. */
  mishaps: Mishap[] = [];
  /** Lines as they arrived first, by key. */
  readonly arrived = new Map<string, TrackedLine>();
  /** How often a line took effect, by key; a line that was lied about took none. */
  readonly effects = new Map<string, number>();
  /** How often it has lied. */
  lies = 0;
  /** Whether it does not answer what a plan asks. */
  isSilent = false;
  /** Told about a line that arrives for the first time. */
  onArrival: (line: TrackedLine) => Promise<void> = () => Promise.resolve();
  /** Called behind each batch. */
  between: () => Promise<void> = () => Promise.resolve();
  readonly #outcomes = new Map<string, DeliveryOutcome>();

  override match(tenantId: string, questions: readonly MatchQuestion[]): ReturnType<MemoryBackend['match']> {
    if (this.isSilent) return Promise.reject(new BackendUnavailable('It is away.'));
    return super.match(tenantId, questions);
  }

  override async deliver(batch: Batch): Promise<readonly DeliveryOutcome[]> {
    if (this.id === 'another') throw new Error('Lines were sent to another backend.');
    for (const { key, line } of batch.deliveries) {
      if (this.arrived.has(key)) continue;
      this.arrived.set(key, line);
      await this.onArrival(line);
    }
    const mishap = this.mishaps.shift() ?? 'none';
    if (mishap === 'away') throw new BackendUnavailable('It is away.');
    const outcomes = mishap === 'deaf' ? [] : await this.#take(batch, mishap);
    await this.between();
    if (mishap === 'another') this.id = 'another';
    if (mishap === 'lost') throw new BackendUnavailable('It broke off.');
    if (mishap !== 'garbage' && mishap !== 'deaf') return outcomes;
    return batch.deliveries.map(({ key }) => ({ key, state: 'unknown', detail: 'It cannot be read.' }));
  }

  async #take(batch: Batch, mishap: Mishap): Promise<readonly DeliveryOutcome[]> {
    const fresh = batch.deliveries.filter(({ key }) => !this.#outcomes.has(key));
    const [first] = fresh;
    const refused = mishap === 'refuses' ? (batch.atomic ? fresh : fresh.slice(0, 1)) : [];
    const lied = mishap === 'lies' && !batch.atomic ? fresh.slice(-1).filter(({ line }) => line.kind !== 'delete') : [];
    if (lied.length > 0) this.lies += 1;
    const done = first === undefined ? [] : fresh.filter((one) => !refused.includes(one) && !lied.includes(one));
    for (const { key } of refused)
      this.#outcomes.set(key, { key, state: 'failed', detail: 'There is no license left.' });
    for (const { key } of lied) this.#outcomes.set(key, { key, state: 'applied' });
    const outcomes = done.length === 0 ? [] : await super.deliver({ ...batch, deliveries: done });
    for (const outcome of outcomes) {
      this.#outcomes.set(outcome.key, outcome);
      if (outcome.state === 'applied') this.effects.set(outcome.key, (this.effects.get(outcome.key) ?? 0) + 1);
    }
    for (const { key } of lied) this.effects.set(key, 1);
    return batch.deliveries.flatMap(({ key }) => this.#outcomes.get(key) ?? []);
  }
}
