import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request as it goes out. */
export interface Outgoing {
  readonly method: string;
  /** With the query, from the root of the server. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for none. */
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
}

export type Send = (outgoing: Outgoing) => Promise<Answer>;

/**
 * Sends requests to a server over connections that stay open; `close` ends them. It sends any method and any header, which
 * `fetch` does not.
 */
export function sender(origin: string): { readonly send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true });
  const send: Send = async ({ method, target, headers, body }) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(`${origin}${target}`, { method, agent, headers: { ...headers, ...length } });
    outgoing.end(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve).on('error', reject);
    });
    const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
    return { status: answer.statusCode ?? 0, headers: Object.fromEntries(received), body: await text(answer) };
  };
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}
