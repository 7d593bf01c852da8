import type { Capabilities } from '../../../../generated/backend.js';
import type { Match, MatchBy } from '../../../model/match.js';
import type { BackendIdentity, SyncMembership } from '../../../model/mirror.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import {
  BackendUnavailable,
  type Backend,
  type Batch,
  type DeliveryOutcome,
  type ListedResource,
  type MatchQuestion,
} from '../../backend.js';
import { readListedMemberships, readListedResources } from './answers.js';
import { HttpConnection } from './connection.js';
import type { DescribeTenant, HttpSettings, HttpTuning } from './connection.js';
import { deliverLines } from './deliver-lines.js';
import { matchRequest } from './lines.js';
import { hashRequests } from './name-hashes.js';
import { inOrder, listed } from './listing.js';
import { RequestFailure } from './request-failure.js';

/** How long the capabilities are believed, in milliseconds. */
const CAPABILITIES_FOR = 300_000;

/** How many items one request has at most, whatever the backend can do. */
const LARGEST_BATCH = 100;

/** A backend behind HTTP that does what openapi/backend.yaml says. */
export class HttpBackend implements Backend {
  readonly place: Backend['place'];
  readonly #connection: HttpConnection;
  readonly #hashRequest: ReturnType<typeof hashRequests>;
  #capabilities: { readonly value: Capabilities; readonly until: number } | undefined;

  /**
   * @param describe what the tenants are called, which goes to the backend with their ids
   * @throws Error for a secret that is none of Standard Webhooks
   */
  constructor(
    settings: HttpSettings,
    tuning: Partial<HttpTuning> = {},
    describe: DescribeTenant = () => Promise.resolve(undefined),
  ) {
    this.place = { kind: 'http', address: settings.url.replace(/\/$/u, '') };
    this.#connection = new HttpConnection(settings, tuning, describe);
    this.#hashRequest = hashRequests(settings.secret);
  }

  async identity(signal: AbortSignal = NEVER): Promise<BackendIdentity> {
    const { backendId } = await this.#whatItCan(signal);
    return { ...this.place, ...(backendId === undefined ? {} : { id: backendId }) };
  }

  async canList(): Promise<boolean> {
    return (await this.#whatItCan(NEVER)).listing === true;
  }

  listResources(tenantId: string, type: ResourceTypeName): AsyncIterable<readonly ListedResource[]> {
    const [subject, name] = type === 'User' ? (['account', 'userName'] as const) : (['group', 'displayName'] as const);
    const read = (answer: unknown) => readListedResources(answer, name);
    const pages = listed({ tenantId, subject }, (request) => available(this.#connection.list(request, read, NEVER)));
    return inOrder(pages, ({ scimId }) => scimId);
  }

  listMemberships(tenantId: string): AsyncIterable<readonly SyncMembership[]> {
    const pages = listed({ tenantId, subject: 'membership' }, (request) =>
      available(this.#connection.list(request, readListedMemberships, NEVER)),
    );
    return inOrder(pages, ({ groupId, memberId }) => `${groupId} ${memberId}`);
  }

  async largestAtomicBatch(): Promise<number> {
    return (await this.#whatItCan(NEVER)).atomicBatches ? this.#batchSize(NEVER) : 0;
  }

  async matchesBy(): Promise<MatchBy> {
    return (await this.#whatItCan(NEVER)).nameHashes === true ? 'hashes' : 'names';
  }

  async match(
    tenantId: string,
    questions: readonly MatchQuestion[],
    by: MatchBy,
  ): Promise<ReadonlyMap<string, readonly Match[]>> {
    const requestOf = by === 'hashes' ? this.#hashRequest : matchRequest;
    const found = new Map<string, readonly Match[]>();
    for (const some of chunks(questions, await this.#batchSize(NEVER))) {
      const matches = await available(this.#connection.matches(requestOf(tenantId, some), NEVER));
      for (const [scimId, ones] of matches) found.set(scimId, ones);
    }
    return found;
  }

  async deliver({ deliveries, ...batch }: Batch, signal: AbortSignal): Promise<readonly DeliveryOutcome[]> {
    const size = await this.#batchSize(signal);
    if (batch.atomic && deliveries.length > size) return deliveries.map(({ key }) => tooManyForOneBatch(key, size));
    const outcomes: DeliveryOutcome[] = [];
    for (const some of chunks(deliveries, size)) {
      outcomes.push(...(await deliverLines(this.#connection, batch, some, signal)));
    }
    return outcomes;
  }

  /** The backend has everything when every line has its outcome. */
  finish(): Promise<void> {
    return Promise.resolve();
  }

  async #batchSize(signal: AbortSignal): Promise<number> {
    return Math.min((await this.#whatItCan(signal)).maxBatchSize, LARGEST_BATCH);
  }

  async #whatItCan(signal: AbortSignal): Promise<Capabilities> {
    const now = this.#connection.now().getTime();
    if (this.#capabilities !== undefined && this.#capabilities.until > now) return this.#capabilities.value;
    const value = await available(
      signal === NEVER ? this.#connection.capabilities(signal) : this.#persistently(signal),
    );
    this.#capabilities = { value, until: now + CAPABILITIES_FOR };
    return value;
  }

  /** A run asks until the backend is given up. */
  async #persistently(signal: AbortSignal): Promise<Capabilities> {
    const since = this.#connection.now().getTime();
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#connection.capabilities(signal);
      } catch (error) {
        const isDown = error instanceof RequestFailure && error.kind === 'later';
        if (!isDown || this.#connection.isGivenUp(since)) throw error;
      }
      await this.#connection.pause(tries, signal);
    }
  }
}

/** Planning is not interrupted. */
const NEVER = new AbortController().signal;

async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RequestFailure) throw new BackendUnavailable(error.message, { cause: error });
    throw error;
  }
}

const tooManyForOneBatch = (key: string, size: number): DeliveryOutcome => ({
  key,
  state: 'failed',
  detail: `This line must be applied together with others, and the backend accepts only ${size} at a time.`,
});

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
