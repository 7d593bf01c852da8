import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a receiver does with a request: answers with a status, or never. */
export type Behavior = (response: ServerResponse, body: string) => void;

/** A request as the receiver got it. */
interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of messages about alerts on a port of its own. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  behave(behavior: Behavior): void;
  close(): Promise<void>;
}

/** Answers with a status. */
export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behavior =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** Starts a receiver that accepts everything, until it is told to do something else. */
export async function startWebhook(): Promise<WebhookReceiver> {
  let behavior = answering(204);
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      behavior(response, body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/alerts?key=of-the-receiver`,
    received,
    behave: (next) => {
      behavior = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
