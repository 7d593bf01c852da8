import { once } from 'node:events';
import { createServer, STATUS_CODES, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Config } from '../config.js';
import { ScimError } from '../protocol/scim-error.js';
import { boundConnections } from './traffic/connections.js';
import { hostProblem } from './traffic/host-header.js';
import { closeStalled } from './traffic/stalled-answers.js';
import { AnswersUnderWay } from './traffic/under-way.js';

/** Percent-encoding triples a 10 kB filter, and there are other headers. */
const MAX_HEADER_BYTES = 65_536;

/**
 * A client has 15 s for the address and headers, also for the first byte on a connection, and a minute for the whole request.
 * Two Host headers, or none, are answered here instead of by Node, which has no SCIM error for it.
 */
const OPTIONS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
  requireHostHeader: false,
};

/** A listening HTTP server. */
export interface Listening {
  readonly address: AddressInfo;
  /**
   * Accepts no more connections, answers requests in progress with `Connection: close`, and resolves when none are left.
   */
  drain(): Promise<void>;
  /** Closes the connections that are left. */
  cut(): void;
}

/** Serves HTTP until it is drained. */
export async function listen(
  handler: RequestListener,
  { host, port, keepAlive, traffic }: Pick<Config, 'host' | 'port' | 'keepAlive' | 'traffic'>,
): Promise<Listening> {
  const underWay = new AnswersUnderWay();
  const server = createServer({ ...OPTIONS, keepAliveTimeout: keepAlive }, (request, response) => {
    if (!underWay.begin(request.socket, response)) return;
    request.url = originForm(request.url ?? '/');
    const problem = hostProblem(request);
    if (problem === undefined) handler(request, response);
    else refuse(response, 400, problem);
  });
  boundConnections(server, traffic);
  closeStalled(server, traffic.answerTimeout);
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    refuse(response, 417, 'The server supports no expectation other than 100-continue; leave out the Expect header.');
  });
  server.on('clientError', answerBrokenRequest);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    address: server.address() as AddressInfo,
    drain: async () => {
      underWay.drain(() => {
        server.closeIdleConnections();
      });
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
    cut: () => {
      server.closeAllConnections();
    },
  };
}

/** The path and query of a target in absolute form, which a server must accept too (RFC 9112 §3.2.2). */
function originForm(target: string): string {
  const scheme = target.indexOf('://');
  if (target.startsWith('/') || scheme < 0) return target;
  const path = target.indexOf('/', scheme + 3);
  return path < 0 ? '/' : target.slice(path);
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, {
    Connection: 'close',
    'Content-Type': 'application/scim+json',
    'Cache-Control': 'no-store',
  });
  response.end(JSON.stringify(new ScimError(status, detail).toJSON()));
}

const REFUSALS: Readonly<Record<string, { status: number; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    detail: `The address and headers are longer than ${MAX_HEADER_BYTES} bytes; send shorter ones.`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request did not arrive within a minute; send it again.' },
};

/** Milliseconds for a client to read the answer while it is still sending data that is not read. */
const FAREWELL = 2_000;

/**
 * Node refuses some requests before there is a request object; this answers them with a SCIM error too. Data that the client
 * keeps sending is read and discarded, because closing the connection on unread data would lose the answer.
 */
function answerBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const { status, detail } = REFUSALS[error.code ?? ''] ?? {
    status: 400,
    detail: 'The request is not valid HTTP/1.1.',
  };
  const scimError = new ScimError(status, detail, status === 400 ? { scimType: 'invalidSyntax' } : {});
  const body = JSON.stringify(scimError.toJSON());
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/scim+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), FAREWELL).unref();
}
