import { once } from 'node:events';
import { createServer, request as sendHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as sendHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Observed } from './observed.js';

/** Where a recording proxy listens, where it sends requests, and who is told of them. */
export interface RecordingProxyOptions {
  /** The Tenant URL of the server behind the proxy, without a trailing slash. */
  readonly upstream: string;
  readonly host: string;
  readonly port: number;
  /** Told about each request below the Tenant URL once the server has answered it, before the sender gets the answer. */
  readonly onExchange: (observed: Observed) => void;
  /** Told about an exchange that `onExchange` threw at; the sender gets the server's answer all the same. */
  readonly onUnrecorded: (reason: Error) => void;
  /** Told about a request that the server did not answer; the sender gets a 502. */
  readonly onLost: (reason: Error) => void;
}

/** A running recording proxy. */
export interface RecordingProxy {
  /** The Tenant URL for the sender. */
  readonly tenantUrl: string;
  /** Takes no more requests, and resolves when those in progress are answered. */
  stop(): Promise<void>;
}

interface Passed {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Belong to one connection (RFC 9110 §7.6.1), or would hide the answer from the recording. */
const NOT_PASSED_ON = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const NOT_ASKED_FOR = new Set([...NOT_PASSED_ON, 'host', 'accept-encoding', 'expect', 'content-length']);

/** Stands in front of a SCIM server and passes everything on as it is, except for compression. */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const server = createServer((request, response) => {
    void passOn(request, response, options);
  }).listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    tenantUrl: `http://${host}:${address.port}${new URL(options.upstream).pathname}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  options: RecordingProxyOptions,
): Promise<void> {
  try {
    const body = await buffer(request);
    const passed = await ask(request, body, options.upstream);
    recordIfPossible(request, body, passed, options);
    response.writeHead(passed.status, [...passed.rawHeaders]).end(passed.body);
  } catch (error) {
    options.onLost(asError(error));
    if (!response.headersSent) response.writeHead(502, { 'Content-Type': 'application/scim+json' }).end(LOST);
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const LOST = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: '502',
  detail: 'The server behind the recording proxy did not answer.',
});

function ask(request: IncomingMessage, body: Buffer, upstream: string): Promise<Passed> {
  const { protocol, hostname, port } = new URL(upstream);
  const headers = [
    ...pairs(request.rawHeaders, NOT_ASKED_FOR).flat(),
    ...(body.length === 0 ? [] : ['Content-Length', String(body.length)]),
  ];
  const target = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path: request.url, method: request.method };
  return new Promise((resolve, reject) => {
    const asked = (protocol === 'https:' ? sendHttps : sendHttp)({
      ...target,
      headers: ['Host', new URL(upstream).host, ...headers],
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      const rawHeaders = pairs(answer.rawHeaders, NOT_PASSED_ON).flat();
      buffer(answer).then((bytes) => {
        resolve({ status: answer.statusCode ?? 0, rawHeaders, body: bytes });
      }, reject);
    });
    asked.end(body);
  });
}

function pairs(rawHeaders: readonly string[], without: ReadonlySet<string>): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index): (readonly [string, string])[] =>
    index % 2 === 1 || without.has(name.toLowerCase()) ? [] : [[name, rawHeaders[index + 1] ?? '']],
  );
}

function recordIfPossible(
  request: IncomingMessage,
  body: Buffer,
  passed: Passed,
  options: RecordingProxyOptions,
): void {
  try {
    record(request, body, passed, options);
  } catch (error) {
    options.onUnrecorded(asError(error));
  }
}

function record(
  request: IncomingMessage,
  body: Buffer,
  passed: Passed,
  { upstream, onExchange }: RecordingProxyOptions,
): void {
  const path = pathBelow(request.url ?? '', new URL(upstream).pathname.replace(/\/$/, ''));
  if (path === undefined) return;
  const headers = Object.fromEntries(
    pairs(request.rawHeaders, new Set()).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const answer = { status: passed.status, body: passed.body.toString() };
  onExchange({ method: request.method ?? '', path, headers, body: body.toString(), answer });
}

/** The target of a request relative to the Tenant URL; undefined for what is not below it. */
function pathBelow(target: string, base: string): string | undefined {
  if (!target.startsWith(base)) return undefined;
  const path = target.slice(base.length);
  if (path.startsWith('/')) return path;
  return path === '' || path.startsWith('?') ? `/${path}` : undefined;
}
