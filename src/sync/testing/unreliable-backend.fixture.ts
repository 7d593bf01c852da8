import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountLine, BatchRequest, GroupLine, MembershipLine, Outcome } from '../../../generated/backend.js';
import type { Random } from '../../../tools/entra-client/simulator/company/random.js';

type Line = BatchRequest['lines'][number];

/** What a backend has: JSON texts by SCIM id, and memberships as `group member`. */
export interface BackendState {
  readonly accounts: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  readonly memberships: ReadonlySet<string>;
}

/** What goes wrong with a batch; `undefined`: nothing. */
type Fault = (typeof FAULTS)[number]['fault'] | undefined;

/** How often it goes wrong, out of 100. */
const FAULTS = [
  { fault: 'fails', share: 4 },
  { fault: 'busy', share: 3 },
  { fault: 'slow down', share: 2 },
  { fault: 'hangs', share: 1 },
  { fault: 'hangs afterward', share: 1 },
  { fault: 'ends too early', share: 2 },
  { fault: 'loses the answer', share: 4 },
  { fault: 'takes half of it', share: 4 },
  { fault: 'says everything twice', share: 3 },
  { fault: 'answers twice', share: 2 },
] as const;

/**
 * A backend that keeps what openapi/backend.yaml says in spite of what goes wrong: a key that it has settled takes no effect
 * again.
 */
export class UnreliableBackend implements BackendState {
  readonly accounts = new Map<string, string>();
  readonly groups = new Map<string, string>();
  readonly memberships = new Set<string>();
  /** How often each key arrived, and how often it took effect. */
  readonly arrivals = new Map<string, number>();
  readonly effects = new Map<string, number>();
  /** How often each fault happened. */
  readonly faults = new Map<string, number>();
  readonly #outcomes = new Map<string, Outcome>();
  /** How many accounts have each userName. */
  readonly #names = new Map<string, number>();
  readonly #random: Random;
  readonly #server = createServer((request, response) => {
    void this.#answer(request, response);
  });
  /** Told about each batch that arrives. */
  onBatch: () => void = () => undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => '');
    if (request.url === '/capabilities') {
      send(response, 200, { atomicBatches: true, maxBatchSize: 100 });
      return;
    }
    const batch = body === '' ? undefined : (JSON.parse(body) as BatchRequest);
    if (request.url !== '/batches' || batch === undefined) return;
    this.onBatch();
    for (const { key } of batch.lines) count(this.arrivals, key);
    await sleep(this.#random.below(8));
    const fault = this.#fault();
    if (fault !== undefined) count(this.faults, fault);
    this.#misbehave(fault, batch, response);
  }

  #fault(): Fault {
    let left = this.#random.fraction() * 100;
    return FAULTS.find(({ share }) => (left -= share) < 0)?.fault;
  }

  #misbehave(fault: Fault, batch: BatchRequest, response: ServerResponse): void {
    switch (fault) {
      case 'fails':
        send(response, 500, {});
        return;
      case 'busy':
        send(response, 503, {}, { 'retry-after': '0' });
        return;
      case 'slow down':
        send(response, 429, { detail: 'Slow down.' });
        return;
      case 'hangs':
        return;
      case 'hangs afterward':
        this.#take(batch);
        return;
      case 'ends too early':
        response.socket?.destroy();
        return;
      case 'loses the answer':
        this.#take(batch);
        response.socket?.destroy();
        return;
      case 'takes half of it':
        send(response, 200, { outcomes: this.#takeHalf(batch) });
        return;
      case 'says everything twice': {
        const outcomes = this.#take(batch);
        send(response, 200, { outcomes: [...outcomes, { key: 'nobody:1', state: 'failed' }, ...outcomes] });
        return;
      }
      case 'answers twice': {
        const outcomes = this.#take(batch);
        const { socket } = response;
        send(response, 200, { outcomes });
        response.on('finish', () => socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
        return;
      }
      case undefined:
        send(response, 200, { outcomes: this.#take(batch) });
    }
  }

  /** Takes some lines, and wants the others again; an atomic batch as a whole or not at all. */
  #takeHalf({ lines, atomic }: BatchRequest): readonly Outcome[] {
    const later = lines.map(({ key }): Outcome => ({ key, state: 'retry' }));
    if (atomic) return later;
    const half = Math.ceil(lines.length / 2);
    return [...lines.slice(0, half).map((line) => this.#settle([line])), later.slice(half, -1)].flat();
  }

  #take({ lines, atomic }: BatchRequest): readonly Outcome[] {
    return atomic ? this.#settle(lines) : lines.flatMap((line) => this.#settle([line]));
  }

  #settle(lines: readonly Line[]): readonly Outcome[] {
    const fresh = lines.filter(({ key }) => !this.#outcomes.has(key));
    for (const line of fresh) {
      const refusal = this.#change(line);
      this.#outcomes.set(line.key, { key: line.key, state: refusal === undefined ? 'applied' : 'failed', ...refusal });
    }
    const taken = fresh.find((line) => line.subject === 'account' && this.#isTaken(line));
    if (taken !== undefined) this.#outcomes.set(taken.key, { key: taken.key, state: 'failed', detail: 'taken' });
    return lines.flatMap(({ key }) => this.#outcomes.get(key) ?? []);
  }

  #change(line: Line): { readonly detail: string } | undefined {
    count(this.effects, line.key);
    return line.subject === 'membership' ? this.#changeMembership(line) : this.#changeResource(line);
  }

  #changeMembership({ op, groupScimId, memberScimId }: MembershipLine): { readonly detail: string } | undefined {
    const membership = `${groupScimId} ${memberScimId}`;
    if (op === 'remove') this.memberships.delete(membership);
    else if (this.groups.has(groupScimId) && this.accounts.has(memberScimId)) this.memberships.add(membership);
    else return { detail: 'The group or the member is not there.' };
    return undefined;
  }

  #changeResource(line: AccountLine | GroupLine): { readonly detail: string } | undefined {
    const { subject, op, scimId, content } = line;
    const all = subject === 'account' ? this.accounts : this.groups;
    const before = all.get(scimId);
    if (op !== 'create' && before === undefined) return { detail: 'It is not there.' };
    if (subject === 'account') this.#rename(before, line.content);
    if (op !== 'delete') {
      all.set(scimId, JSON.stringify(content));
      return undefined;
    }
    all.delete(scimId);
    for (const one of this.memberships) if (one.split(' ').includes(scimId)) this.memberships.delete(one);
    return undefined;
  }

  #rename(before: string | undefined, after: AccountLine['content']): void {
    if (before !== undefined) count(this.#names, nameIn(before), -1);
    if (after !== undefined) count(this.#names, after.userName);
  }

  #isTaken({ content }: AccountLine): boolean {
    return content !== undefined && (this.#names.get(content.userName) ?? 0) > 1;
  }
}

const nameIn = (text: string): string => (JSON.parse(text) as { userName: string }).userName;

function count(counts: Map<string, number>, name: string, step = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + step);
}

function send(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
