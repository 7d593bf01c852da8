import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../../../protocol/json.js';
import { newLine } from '../../../storage/testing/sync.fixture.js';
import type { Batch, Delivery } from '../../backend.js';
import { HttpBackend } from './backend.js';
import type { HttpSettings, HttpTuning } from './connection.js';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The keys of a batch's lines. */
  readonly keys: readonly string[];
  /** Whether the signature fits, by the reference library. */
  readonly signed: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is answered; `hang`: nothing, ever; `cut`: the connection ends without an answer; `half`: within one. */
export type Scripted =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | 'hang'
  | 'cut'
  | 'half';

/** A backend that does what a test says, on a free port. */
export interface ScriptedBackend {
  readonly url: string;
  readonly received: readonly Received[];
  /** Only the batches. */
  readonly batches: () => readonly Received[];
  close(): Promise<void>;
}

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** What the capabilities are unless a test says otherwise. */
const CAPABLE: Scripted = { body: { atomicBatches: true, maxBatchSize: 100 } };

/** @param script what is answered; undefined: the capabilities, or every line applied */
export async function startScriptedBackend(
  script: (request: Received) => Scripted | undefined = () => undefined,
): Promise<ScriptedBackend> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = readRequest(request.method ?? '', request.url ?? '', request.headers, body);
      received.push(one);
      const scripted = script(one) ?? (one.path === '/capabilities' ? CAPABLE : allApplied(one));
      if (scripted === 'hang') return;
      if (scripted === 'cut') {
        request.socket.destroy();
        return;
      }
      if (scripted === 'half') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
        response.write('{"outcomes": [', () => request.socket.destroy());
        return;
      }
      const answer = scripted.body === undefined ? '' : bodyText(scripted.body);
      response.writeHead(scripted.status ?? 200, { 'content-type': 'application/json', ...scripted.headers });
      response.end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    batches: () => received.filter(({ path }) => path === '/batches'),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const bodyText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

function readRequest(method: string, path: string, headers: IncomingHttpHeaders, text: string): Received {
  const lines = text === '' ? [] : elements(JSON.parse(text), 'lines');
  const keys = lines.flatMap((line) => (typeof line['key'] === 'string' ? [line['key']] : []));
  return { method, path, headers, text, keys, signed: isSigned(headers, text), at: Date.now() };
}

function isSigned(headers: IncomingHttpHeaders, text: string): boolean {
  const texts = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  try {
    new Webhook(SECRET).verify(text, Object.fromEntries(texts) as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

/** The objects in a list of an object. */
function elements(value: unknown, name: string): readonly JsonObject[] {
  const list: JsonValue | undefined = isJsonObject(value) ? member(value, name) : undefined;
  return list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : [];
}

/** The answer of a backend that has applied every line. */
export function allApplied({ keys }: Pick<Received, 'keys'>): Scripted {
  return { body: { outcomes: keys.map((key) => ({ key, state: 'applied', accountId: `account-${key}` })) } };
}

/** An `http` backend that does not wait long. */
export function impatientBackend(
  url: string,
  settings: Partial<HttpSettings> = {},
  tuning: Partial<HttpTuning> = {},
): HttpBackend {
  return new HttpBackend(
    { url, secret: SECRET, timeoutMs: 200, attempts: 3, giveUpMs: 150, ...settings },
    { firstMs: 5, longestMs: 20, threshold: 10, openMs: 10, ...tuning },
  );
}

/** A batch of lines that create accounts, with the keys `p:1`, `p:2` and so on. */
export function batchOf(count: number, given: Partial<Batch> = {}): Batch {
  const deliveries = Array.from({ length: count }, (_, index) => deliveryOf(index + 1));
  return { tenantId: 't', runId: 'r', atomic: false, deliveries, ...given };
}

function deliveryOf(number: number): Delivery {
  return { key: `p:${number}`, line: { ...newLine(number), state: 'sent' } };
}
