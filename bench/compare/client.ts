import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request below the Tenant URL. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: object;
}

/** An answer whose body was read. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

class ClosedWhileIdle extends Error {}

/** Sends requests to one server on connections that stay open. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;
  readonly #base: string;
  readonly #token: string;

  constructor(port: number, base: string, token: string) {
    this.#port = port;
    this.#base = base;
    this.#token = token;
  }

  /** Sends a request; once more for each connection that the server has just closed for being idle. */
  async send(asked: Asked): Promise<Answered> {
    for (;;) {
      try {
        return await this.#send(asked);
      } catch (error) {
        if (!(error instanceof ClosedWhileIdle)) throw error;
      }
    }
  }

  #send({ method, path, body }: Asked): Promise<Answered> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(sent === undefined
        ? {}
        : { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(sent) }),
    };
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const at = { host: '127.0.0.1', port: this.#port, path: this.#base + path };
      const outgoing = request({ ...at, agent: this.#agent, method, headers });
      outgoing.on('error', (error) => {
        reject(outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET' ? new ClosedWhileIdle() : error);
      });
      outgoing.on('response', (response) => {
        text(response).then((received) => {
          resolve({ status: response.statusCode ?? 0, text: received, milliseconds: performance.now() - began });
        }, reject);
      });
      outgoing.end(sent);
    });
  }

  /**
   * The ids of what a filter finds.
   * @throws Error if the answer is no list
   */
  async idsOf(path: string): Promise<readonly string[]> {
    const { status, text: received } = await this.send({ method: 'GET', path });
    const list: unknown = status === 200 ? JSON.parse(received) : undefined;
    if (typeof list !== 'object' || list === null || !('Resources' in list) || !Array.isArray(list.Resources)) {
      throw new Error(`${path} is answered ${status}: ${received.slice(0, 300)}`);
    }
    return list.Resources.map((resource: { id: string }) => resource.id);
  }

  close(): void {
    this.#agent.destroy();
  }
}
