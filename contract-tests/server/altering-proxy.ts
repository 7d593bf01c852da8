import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface AlteringProxy {
  readonly origin: string;
  close(): Promise<void>;
}

/** Makes the answer to a request, such as `GET /scim/Users`, out of the answer that the server gave. */
export type Alteration = (request: string, answer: Answer) => Answer;

/** Stands in front of a server and passes everything on, the answers as `alter` returns them. */
export async function startAlteringProxy(target: string, alter: Alteration): Promise<AlteringProxy> {
  const server = createServer((request, response) => {
    passOn(target, request)
      .then((answer) => {
        write(response, alter(`${request.method ?? ''} ${request.url ?? ''}`, answer));
      })
      .catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function passOn(target: string, incoming: IncomingMessage): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const body = await buffer(incoming);
  const outgoing = send({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers });
  outgoing.end(body);
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      buffer(response).then((bytes) => {
        resolve({ status, headers, body: bytes.toString() });
      }, reject);
    });
  });
}

const OF_THE_CONNECTION = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

function write(response: ServerResponse, answer: Answer): void {
  const headers = Object.entries(answer.headers).filter(
    (header): header is [string, string | string[]] => header[1] !== undefined && !OF_THE_CONNECTION.has(header[0]),
  );
  response.writeHead(answer.status, Object.fromEntries(headers));
  response.end(answer.body);
}
