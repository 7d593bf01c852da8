import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { NoAnswer, type Send, type WireAnswer } from './wire.js';

/** Milliseconds that an answer may take. */
const TIMEOUT = 100_000;

/** Sends over HTTP, with the headers that Entra sends and no others. */
export interface HttpSender {
  readonly send: Send;
  /** Closes the connections that are kept open. */
  readonly close: () => void;
}

/**
 * Makes a sender for a server.
 * @param baseUrl the Tenant URL; its query, such as `?aadOptscim062020`, is left out of requests
 * @param token the Secret Token
 */
export function httpSender(baseUrl: string, token: string): HttpSender {
  const { protocol, hostname, port, pathname } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const base = { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, agent, timeout: TIMEOUT };
  const root = pathname.endsWith('/') ? pathname.slice(0, -1) : pathname;
  const open = secure ? httpsRequest : httpRequest;
  const send: Send = (request) =>
    new Promise((resolve, reject) => {
      const { path, method, body } = request;
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const outgoing = open({ ...base, path: root + path, method, headers: headersOf(token, bytes) });
      const lost = (error: Error): void => {
        reject(new NoAnswer('ConnectionLost', error.message));
      };
      outgoing.on('timeout', () => {
        reject(new NoAnswer('TimedOut', `There was no answer within ${TIMEOUT / 1_000} s.`));
        outgoing.destroy();
      });
      outgoing.on('error', lost);
      outgoing.on('response', (response) => {
        answerOf(response).then(resolve, lost);
      });
      outgoing.end(bytes);
    });
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

function headersOf(token: string, bytes: Buffer | undefined): Record<string, string> {
  const authorization = { Authorization: `Bearer ${token}` };
  if (bytes === undefined) return authorization;
  return {
    ...authorization,
    'Content-Type': 'application/scim+json; charset=utf-8',
    'Content-Length': String(bytes.length),
  };
}

async function answerOf(response: IncomingMessage): Promise<WireAnswer> {
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), text: await text(response) };
}
