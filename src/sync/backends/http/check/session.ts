import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BatchAnswer,
  BatchRequest,
  Capabilities,
  ListingAnswer,
  ListingRequest,
  MatchAnswer,
  MatchRequest,
  Outcome,
} from '../../../../../generated/backend.js';
import { cleanText } from '../untrusted-text.js';
import { exchange, type Answer, type CheckedBackend, type CheckRequest } from './exchange.js';
import { PLACES, type Place } from './places.js';
import { Shapes, type AnswerShape } from './shapes.js';

/** What a backend got wrong. */
export interface Finding {
  /** A sentence that says what was sent, what was answered, and what should have been. */
  readonly finding: string;
  /** Where openapi/backend.yaml says so: a JSON pointer. */
  readonly place: string;
}

type OmitKey<Line> = Line extends { key: string } ? Omit<Line, 'key'> : never;
/** A line without its key. */
export type CheckLine = OmitKey<BatchRequest['lines'][number]>;
type Line = BatchRequest['lines'][number];

/** How a batch is sent. */
export interface BatchOptions {
  readonly atomic?: boolean;
  readonly tenantId?: string;
  readonly webhookId?: string;
}

/** The backend does not answer any more, so that nothing else can be checked. */
export class NoAnswers extends Error {}

/** After so many requests in a row without an answer, the check ends. */
const MOST_UNANSWERED = 3;
/** How often a line is sent for which the backend says `retry`. */
const ROUNDS = 5;

/** A check in progress: sends requests, notes what is wrong with the answers, and knows what has to be removed. */
export class CheckSession {
  readonly findings: Finding[] = [];
  /** What was given to the backend, by tenant: it is removed at the end. */
  readonly made = new Map<string, Map<string, 'account' | 'group'>>();
  /** Begins the names and ids of this check. */
  readonly prefix = `flexwhere-check-${randomUUID().slice(0, 8)}`;
  /** How many requests were sent. */
  requests = 0;
  capabilities: Capabilities = { atomicBatches: false, maxBatchSize: 1 };
  /** Whether POST /matches is answered. */
  canMatch = false;
  readonly #shapes = new Shapes();
  #unanswered = 0;
  #ids = 0;

  readonly tenantId: string;
  /** Another tenant, where the backend may be sent any. */
  readonly otherTenantId: string | undefined;

  constructor(
    readonly backend: CheckedBackend,
    { tenantId, otherTenantId }: { readonly tenantId: string; readonly otherTenantId?: string },
  ) {
    [this.tenantId, this.otherTenantId] = [tenantId, otherTenantId];
  }

  /** Notes what is wrong; the same is noted once. */
  found(place: Place, finding: string): void {
    if (!this.findings.some((one) => one.finding === finding)) this.findings.push({ finding, place });
  }

  /** An id that no account or group has had; it is removed at the end. */
  newId(subject: 'account' | 'group', tenantId = this.tenantId): string {
    this.#ids += 1;
    const id = `${this.prefix}-${String(this.#ids).padStart(4, '0')}`;
    this.remember(subject, id, tenantId);
    return id;
  }

  /** What has this id is removed at the end. */
  remember(subject: 'account' | 'group', id: string, tenantId: string): void {
    const ids = this.made.get(tenantId) ?? new Map<string, 'account' | 'group'>();
    this.made.set(tenantId, ids.set(id, subject));
  }

  /** @throws NoAnswers where several requests in a row were not answered */
  async send(request: CheckRequest, place: Place): Promise<Answer> {
    this.requests += 1;
    const answer = await exchange(this.backend, request);
    if (answer.status !== undefined) {
      this.#unanswered = 0;
      return answer;
    }
    this.found(place, `${request.method} ${request.path} was not answered: ${answer.reason.replace(/\.$/u, '')}.`);
    this.#unanswered += 1;
    if (this.#unanswered >= MOST_UNANSWERED) throw new NoAnswers();
    return answer;
  }

  /** What was answered with 200 and is of the shape; otherwise undefined, and why is noted. */
  async ask<T>(request: CheckRequest, shape: AnswerShape, place: Place): Promise<T | undefined> {
    const answer = await this.send(request, place);
    if (answer.status === undefined) return undefined;
    const what = `${request.method} ${request.path}`;
    if (answer.status !== 200) {
      this.found(place, `${what} was answered ${statusText(answer)}; expected 200.`);
      return undefined;
    }
    const fault = answer.json === undefined ? 'it is not JSON' : this.#shapes.fault(shape, answer.json);
    if (fault === undefined) return answer.json as T;
    this.found(place, `The answer to ${what} is not a ${shape}: ${fault}.`);
    return undefined;
  }

  match(request: MatchRequest): Promise<MatchAnswer | undefined> {
    const sent = { method: 'POST', path: '/matches', body: JSON.stringify({ ...this.#called(), ...request }) } as const;
    return this.ask(sent, 'MatchAnswer', PLACES.matches);
  }

  list(request: ListingRequest): Promise<ListingAnswer | undefined> {
    const sent = {
      method: 'POST',
      path: '/listings',
      body: JSON.stringify({ ...this.#called(), ...request }),
    } as const;
    return this.ask(sent, 'ListingAnswer', PLACES.listings);
  }

  /** Gives lines new keys. */
  keyed(lines: readonly CheckLine[]): readonly Line[] {
    return lines.map((line) => ({ ...line, key: `${this.prefix}:${randomUUID()}` }));
  }

  /** Sends a batch; the outcomes in the order of its lines, undefined where one is missing, which is noted. */
  async deliver(lines: readonly Line[], options: BatchOptions = {}): Promise<readonly (Outcome | undefined)[]> {
    const found = new Map<string, Outcome>();
    let open = lines;
    for (let round = 1; open.length > 0 && round <= ROUNDS; round += 1) {
      if (round > 1) await sleep(200);
      const answer = await this.ask<BatchAnswer>(this.batch(open, options), 'BatchAnswer', PLACES.batches);
      for (const outcome of answer?.outcomes ?? []) if (!found.has(outcome.key)) found.set(outcome.key, outcome);
      if (answer !== undefined) this.#checkKeys(open, answer);
      const waiting = open.filter(({ key }) => found.get(key)?.state === 'retry');
      if (waiting.length === 0) break;
      for (const { key } of waiting) found.delete(key);
      open = options.atomic === true ? lines : waiting;
    }
    return lines.map(({ key }) => found.get(key));
  }

  /** The request that sends a batch. */
  batch(
    lines: readonly Line[],
    { atomic = false, tenantId = this.tenantId, webhookId }: BatchOptions = {},
  ): CheckRequest {
    const body: BatchRequest = { tenantId, ...this.#called(), runId: this.prefix, atomic, lines: [...lines] };
    const id = webhookId === undefined ? {} : { webhookId };
    return { method: 'POST', path: '/batches', body: JSON.stringify(body), ...id };
  }

  /**
   * Sends lines in one batch and notes where one has another outcome.
   * @param what the lines are, for the sentence
   */
  async expect(
    state: 'applied' | 'failed',
    what: string,
    place: Place,
    lines: readonly CheckLine[],
    options: BatchOptions = {},
  ): Promise<readonly (Outcome | undefined)[]> {
    const outcomes = await this.deliver(this.keyed(lines), options);
    this.compare(state, what, place, outcomes);
    return outcomes;
  }

  /** Notes the first outcome that is another one than it should be. */
  compare(state: 'applied' | 'failed', what: string, place: Place, outcomes: readonly (Outcome | undefined)[]): void {
    const wrong = outcomes.find((outcome) => outcome !== undefined && outcome.state !== state);
    if (wrong !== undefined) {
      const said = wrong.detail === undefined ? '' : ` ("${cleanText(wrong.detail)}")`;
      this.found(place, `${what} was answered ${wrong.state}${said}; expected ${state}.`);
    }
    if (outcomes.some((one) => one?.state === 'failed' && (one.detail ?? '').trim() === '')) {
      this.found(
        PLACES.detail,
        'An outcome is failed without a detail, so that the administrator cannot tell what to do.',
      );
    }
  }

  /** What the tenant is called, as a real request has it; a tenant that the backend knows keeps its name. */
  #called(): Pick<BatchRequest, 'tenant'> {
    return this.otherTenantId === undefined ? {} : { tenant: { name: this.prefix, externalReference: this.prefix } };
  }

  #checkKeys(lines: readonly Line[], { outcomes }: BatchAnswer): void {
    const keys = new Set(outcomes.map(({ key }) => key));
    const missing = lines.filter(({ key }) => !keys.has(key)).length;
    if (missing > 0) {
      this.found(PLACES.batchAnswer, `${missing} of ${lines.length} lines of a batch had no outcome; each needs one.`);
    }
  }
}

/** Such as `400 ("Not understood")`. */
export function statusText(answer: Answer & { readonly status: number }): string {
  const { json } = answer;
  const detail = typeof json === 'object' && json !== null && 'detail' in json ? json.detail : undefined;
  return typeof detail === 'string' ? `${answer.status} ("${cleanText(detail).slice(0, 200)}")` : String(answer.status);
}
