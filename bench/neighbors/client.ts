import type { Agent } from 'node:http';
import { request } from 'node:http';

/** A tenant as its client knows it. */
export interface Client {
  readonly port: number;
  readonly token: string;
}

export interface Asked {
  readonly method: string;
  /** Below `/scim`. */
  readonly path: string;
  readonly body?: string;
}

export interface Answered {
  /** 0 where the connection ended without an answer, or none came in time. */
  readonly status: number;
  readonly milliseconds: number;
  /** Bytes of the answer's body. */
  readonly length: number;
  /** Seconds that Retry-After says. */
  readonly retryAfter: number | undefined;
}

/** Milliseconds that an answer may take. */
const LONGEST = 60_000;

/** Sends a request, and reads the answer without keeping it. */
export function ask({ port, token }: Client, agent: Agent, { method, path, body }: Asked): Promise<Answered> {
  const began = performance.now();
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json', ...length };
  return new Promise((resolve) => {
    let status = 0;
    let received = 0;
    let retryAfter: number | undefined;
    const done = (): void => {
      resolve({ status, milliseconds: performance.now() - began, length: received, retryAfter });
    };
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path: `/scim${path}`, headers });
    outgoing.setTimeout(LONGEST, () => outgoing.destroy());
    outgoing.on('error', done);
    outgoing.on('response', (response) => {
      const seconds = Number(response.headers['retry-after']);
      retryAfter = Number.isNaN(seconds) ? undefined : seconds;
      response.on('data', (chunk: Buffer) => (received += chunk.length));
      response.on('error', done);
      response.on('end', () => {
        status = response.statusCode ?? 0;
        done();
      });
    });
    outgoing.end(body);
  });
}
