import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';

/** A FlexWhere backend for tests that does what the names ask of it; it keeps nothing and checks nothing. */
export interface Receiver {
  /** What makes a server or a command use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many batches wait for their answer. */
  waiting(): number;
  /** Answers what waits, and everything from now on. */
  answerAll(): void;
  close(): Promise<void>;
}

const KEY = Buffer.alloc(24, 7);

/** A userName that begins so is refused. */
export const REFUSED = 'refused-';
/** A batch with such a userName is not answered before `answerAll`. */
export const UNANSWERED = 'unanswered-';
/** A batch with such a userName is answered after a second. */
export const SLOW = 'slow-';
/** The backend has an account of such a userName already; by the hash of its name it knows `known-ann` alone. */
export const KNOWN = 'known-';

/**
 * Starts a receiver of openapi/backend.yaml on a free port.
 * @param options.listing whether it can list what it has, which is nothing
 */
export async function startReceiver({ listing = false }: { readonly listing?: boolean } = {}): Promise<Receiver> {
  const waiting: (() => void)[] = [];
  let answering = false;
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const answer = (): void => {
        send(response, answerTo(request, body, listing));
      };
      const delivers = (prefix: string): boolean =>
        request.url === '/batches' && body.includes(`"userName":"${prefix}`);
      if (delivers(SLOW)) await sleep(1_000);
      if (!answering && delivers(UNANSWERED)) waiting.push(answer);
      else answer();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    environment: {
      SYNC_BACKEND: 'http',
      SYNC_BACKEND_URL: `http://127.0.0.1:${address.port}`,
      SYNC_BACKEND_SECRET: `whsec_${KEY.toString('base64')}`,
      SYNC_GIVE_UP_MS: '500',
    },
    waiting: () => waiting.length,
    answerAll: () => {
      answering = true;
      for (const answer of waiting.splice(0)) answer();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, answer: JsonObject): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(answer));
}

function answerTo({ url }: IncomingMessage, body: string, listing: boolean): JsonObject {
  if (url === '/capabilities') return { atomicBatches: true, maxBatchSize: 100, listing, nameHashes: true };
  if (url === '/listings') return { items: [], next: null };
  const parsed: unknown = JSON.parse(body);
  if (url === '/matches') return { items: objectsIn(parsed, 'items').flatMap((item) => matchesOf(item, parsed)) };
  return { outcomes: objectsIn(parsed, 'lines').map(outcomeOf) };
}

function objectsIn(parsed: unknown, name: string): readonly JsonObject[] {
  const list = isJsonObject(parsed) ? parsed[name] : undefined;
  return list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : [];
}

function matchesOf(item: JsonObject, request: unknown): JsonObject[] {
  const { scimId = '' } = item;
  const userName = isOfKnownAnn(item, request) ? `${KNOWN}ann` : item['userName'];
  if (typeof userName !== 'string' || !userName.startsWith(KNOWN)) return [];
  return [{ scimId, matches: [{ accountId: `of ${userName}`, by: 'name', hints: { displayName: 'Known before' } }] }];
}

function isOfKnownAnn({ nameHashes = [] }: JsonObject, request: unknown): boolean {
  const tenantId = isJsonObject(request) ? request['tenantId'] : undefined;
  const text = `flexwhere-name\n${String(tenantId)}\naccount\n${KNOWN}ann`;
  return isJsonArray(nameHashes) && nameHashes.includes(createHmac('sha256', KEY).update(text).digest('hex'));
}

function outcomeOf({ key = '', content, accountId }: JsonObject): JsonObject {
  const userName = isJsonObject(content) ? content['userName'] : undefined;
  if (typeof userName === 'string' && userName.startsWith(REFUSED)) {
    return { key, state: 'failed', detail: 'There is no license left.' };
  }
  return {
    key,
    state: 'applied',
    ...(typeof userName === 'string' ? { accountId: accountId ?? `of ${userName}` } : {}),
  };
}
