import { randomUUID } from 'node:crypto';
import type { BatchRequest, Capabilities, ListingRequest, MatchRequest } from '../../../../generated/backend.js';
import type { Match } from '../../../model/match.js';
import { readCapabilities, readMatches, readOutcomes, type ReadOutcome } from './answers.js';
import {
  pause,
  Circuit,
  persistentRequests,
  type Ask,
  type Backoff,
  type CircuitOptions,
  type PersistenceOptions,
} from './circuit.js';
import type { Connection } from './deliver-lines.js';
import { RequestFailure } from './request-failure.js';
import { signedRequests, type BackendRequest, type Send, type SigningOptions } from './signed-request.js';

/** What the operator sets of the `http` backend. */
export interface HttpSettings extends Pick<SigningOptions, 'url' | 'secret' | 'timeoutMs'> {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** Milliseconds without any success after which a run stops trying and pauses. */
  readonly giveUpMs: number;
}

/** A company as the backend is told of it, besides its id. */
type DescribedTenant = NonNullable<BatchRequest['tenant']>;

/** Says what a tenant is called; undefined for one that nobody knows. */
export type DescribeTenant = (tenantId: string) => Promise<DescribedTenant | undefined>;

/** What only tests set otherwise. */
export interface HttpTuning extends Omit<Backoff, 'random'>, Pick<CircuitOptions, 'threshold' | 'openMs'> {
  readonly concurrency: PersistenceOptions['concurrency'];
  readonly random: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
}

const HTTP_TUNING: Omit<HttpTuning, 'random' | 'now' | 'newId'> = {
  firstMs: 500,
  longestMs: 30_000,
  threshold: 5,
  openMs: 10_000,
  concurrency: 8,
};

/**
 * The requests of openapi/backend.yaml, each sent again and again while that may help.
 * All throw RequestFailure of the last attempt, BackendUnavailable where the circuit gave up, or the signal's reason.
 */
export class HttpConnection implements Connection {
  readonly rounds: number;
  readonly giveUpMs: number;
  readonly now: () => Date;
  readonly #tuning: HttpTuning;
  readonly #circuit: Circuit;
  readonly #sendOnce: Send;
  readonly #ask: Ask;
  readonly #describe: DescribeTenant;

  /** @throws Error for a secret that is none of Standard Webhooks */
  constructor(settings: HttpSettings, tuning: Partial<HttpTuning>, describe: DescribeTenant) {
    this.#describe = describe;
    this.#tuning = { ...HTTP_TUNING, random: Math.random, now: () => new Date(), newId: randomUUID, ...tuning };
    this.now = this.#tuning.now;
    this.rounds = settings.attempts;
    this.giveUpMs = settings.giveUpMs;
    this.#circuit = new Circuit({ ...this.#tuning, giveUpMs: settings.giveUpMs });
    this.#sendOnce = signedRequests({ ...settings, now: this.now });
    this.#ask = persistentRequests(this.#sendOnce, this.#circuit, { ...this.#tuning, attempts: settings.attempts });
  }

  capabilities(signal: AbortSignal): Promise<Capabilities> {
    return this.#ask(this.#request('GET', '/capabilities'), readCapabilities, signal);
  }

  async matches(question: MatchRequest, signal: AbortSignal): Promise<ReadonlyMap<string, readonly Match[]>> {
    const asked = new Set(question.items.map(({ scimId }) => scimId));
    const request = await this.#post('/matches', question);
    return this.#ask(request, (answer) => readMatches(answer, asked), signal);
  }

  async deliver(batch: BatchRequest, signal: AbortSignal): Promise<ReadonlyMap<string, ReadOutcome>> {
    const asked = new Set(batch.lines.map(({ key }) => key));
    const request = await this.#post('/batches', batch);
    return this.#ask(request, (answer) => readOutcomes(answer, asked), signal);
  }

  /** A page of what the backend has, as `read` makes it of the answer. */
  async list<T>(request: ListingRequest, read: (answer: unknown) => T, signal: AbortSignal): Promise<T> {
    return this.#ask(await this.#post('/listings', request), read, signal);
  }

  pause(rounds: number, signal: AbortSignal): Promise<void> {
    return pause(this.#tuning, rounds, signal);
  }

  isGivenUp(since: number): boolean {
    return this.#circuit.isGivenUp(since);
  }

  async isAlive(time: number, signal: AbortSignal): Promise<boolean> {
    if (this.#circuit.succeededSince(time)) return true;
    try {
      readCapabilities(await this.#sendOnce(this.#request('GET', '/capabilities'), signal));
      return true;
    } catch (error) {
      if (error instanceof RequestFailure) return false;
      throw error;
    }
  }

  async #post(
    path: string,
    { tenantId, ...rest }: MatchRequest | BatchRequest | ListingRequest,
  ): Promise<BackendRequest> {
    const tenant = await this.#describe(tenantId);
    return this.#request('POST', path, { tenantId, ...(tenant === undefined ? {} : { tenant }), ...rest });
  }

  #request(method: BackendRequest['method'], path: string, body?: object): BackendRequest {
    return { id: `msg_${this.#tuning.newId()}`, method, path, body: body === undefined ? '' : JSON.stringify(body) };
  }
}
