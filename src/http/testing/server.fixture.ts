import { randomBytes } from 'node:crypto';
import { request as send, type IncomingHttpHeaders } from 'node:http';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { startServer, type RunningServer } from '../../compose.js';
import { readConfig } from '../../config.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import type { StorageKind } from '../../storage/testing/storage.fixture.js';
import { holdToEveryRule } from './every-answer.fixture.js';
import { NO_LIMITS } from './traffic.fixture.js';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as an object; empty if there is none. */
  readonly body: JsonObject;
}

export interface Sent {
  readonly method?: string;
  /** As it goes over the wire, such as `/scim/Users?count=1`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject | string | Uint8Array;
  /** The secret token; none where undefined. */
  readonly token?: string | undefined;
}

/** A tenant that can send requests. */
export interface TestTenant {
  readonly id: string;
  readonly token: string;
  /** Sends a request below `/scim` with the tenant's secret token. */
  send(method: string, path: string, body?: Sent['body'], headers?: Sent['headers']): Promise<Answer>;
}

/** A server on a free port and a database of its own. */
export interface TestServer {
  readonly url: string;
  readonly databaseUrl: string;
  readonly adminToken: string;
  readonly running: RunningServer;
  /** The lines logged so far. */
  readonly log: readonly string[];
  send(sent: Sent): Promise<Answer>;
  createTenant(name?: string): Promise<TestTenant>;
  stop(): Promise<void>;
}

const SCIM_JSON = { 'Content-Type': 'application/scim+json; charset=utf-8' };

/** Starts a server as production has it, except for the port and the database. */
export async function startTestServer(
  kind: StorageKind,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const database = await kind.create();
  const adminToken = randomBytes(20).toString('hex');
  const log: string[] = [];
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database.databaseUrl,
    ADMIN_TOKEN: adminToken,
    PUBLIC_URL: 'https://scim.flexwhere.example',
    ...NO_LIMITS,
    ...environment,
  });
  const running = await startServer(config, pino({ level: 'info' }, collecting(log)));
  const sendHere = async (sent: Sent): Promise<Answer> => {
    const told = log.length;
    const answer = await askServer(running.url, sent);
    const id = String(answer.headers['x-request-id']);
    const isLogged = answer.status !== 500 || log.some((line) => line.includes(id) && line.includes('"msg":"fault"'));
    if (!isLogged) throw new Error(`A 500 to ${sent.path} left no fault in the log.`);
    const secrets = [sent.token, adminToken].filter((secret) => secret !== undefined && secret.length >= 20);
    const leak = log.slice(told).find((line) => secrets.some((secret) => line.includes(String(secret))));
    if (leak !== undefined) throw new Error(`The log has a secret: ${leak}`);
    return answer;
  };
  return {
    url: running.url,
    databaseUrl: database.databaseUrl,
    adminToken,
    running,
    log,
    send: sendHere,
    createTenant: (name = randomBytes(6).toString('hex')) => createTenant(running, name, sendHere),
    stop: async () => {
      await running.stop();
      await database.drop();
    },
  };
}

async function createTenant(
  { tenancy }: RunningServer,
  name: string,
  sendHere: (sent: Sent) => Promise<Answer>,
): Promise<TestTenant> {
  const { tenant, secret } = await tenancy.createTenant(name);
  return {
    id: tenant.id,
    token: secret,
    send: (method, path, body, headers = {}) =>
      sendHere({
        method,
        path: `/scim${path}`,
        token: secret,
        headers: body === undefined ? headers : { ...SCIM_JSON, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
  };
}

/**
 * Sends one request to a whole server.
 * @throws Error if the answer breaks a rule that every answer of a server keeps
 */
export async function askServer(origin: string, sent: Sent): Promise<Answer> {
  const answer = await sendTo(origin, sent);
  const { method = 'GET', path, headers = {}, body, token } = sent;
  const text = body instanceof Uint8Array ? '' : JSON.stringify(body ?? '');
  const { status, headers: received, text: answered } = answer;
  holdToEveryRule({
    ...{ method, path, status, headers: received, text: answered },
    sent: `${decoded(path)} ${JSON.stringify(headers)} ${text}`,
    secrets: token === undefined || token.length < 20 ? [] : [token],
  });
  return answer;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Sends one request exactly as told, without the headers that clients add by themselves. */
export function sendTo(origin: string, { method = 'GET', path, headers = {}, body, token }: Sent): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const bytes = bytesOf(body);
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const length = bytes === undefined ? {} : { 'Content-Length': String(bytes.length) };
  return new Promise((resolve, reject) => {
    const outgoing = send({ hostname, port, path, method, headers: { ...authorization, ...length, ...headers } });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      buffer(response).then((received) => {
        const text = received.toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: objectOf(text, response.headers['content-type']),
        });
      }, reject);
    });
    outgoing.end(bytes);
  });
}

function bytesOf(body: Sent['body']): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

function objectOf(text: string, type = ''): JsonObject {
  if (text === '' || !/[/+]json\b/u.test(type)) return {};
  const value: unknown = JSON.parse(text);
  return isJsonObject(value) ? value : {};
}

function collecting(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
}
