import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a proxy does to a request: answers it itself (true), or changes the request or the answer before it passes it on. */
export type Twist = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A proxy in front of a server, as companies have them. */
export interface TestProxy {
  /** What it does from now on. */
  twist: Twist;
  close(): Promise<void>;
}

/** Starts a proxy on a port; `target` is asked for with each request. */
export async function startProxy(port: number, target: () => string): Promise<TestProxy> {
  const proxy: { twist: Twist } = { twist: () => false };
  const server = createServer((request, response) => {
    if (proxy.twist(request, response)) return;
    const { method, url = '/', headers } = request;
    const onward = send(new URL(target()).origin + url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(response.getHeaders() as object) });
      answer.pipe(response);
    });
    onward.once('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
