import { Agent, request } from 'node:http';

/** An answer, and how long it took on the wire. */
export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly cookie: string | undefined;
  readonly location: string | undefined;
  readonly milliseconds: number;
}

interface Body {
  readonly type: string;
  readonly text: string;
}

/** Asks a server of this machine, over one connection that stays. */
export class Visitor {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #headers: Readonly<Record<string, string>>;

  constructor(
    readonly port: number,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#headers = headers;
  }

  /** Asks for a page, or sends a body by POST. */
  see(path: string, body?: Body): Promise<Seen> {
    const sent = body === undefined ? {} : { 'Content-Type': body.type, 'Sec-Fetch-Site': 'same-origin' };
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request({
        ...{ port: this.port, agent: this.#agent, path, method: body === undefined ? 'GET' : 'POST' },
        headers: { ...this.#headers, ...sent },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            cookie: response.headers['set-cookie']?.[0]?.split(';', 1)[0],
            location: response.headers.location,
            milliseconds: performance.now() - began,
          });
        });
      });
      outgoing.end(body?.text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The fields of a form. */
export const form = (fields: Readonly<Record<string, string>>): Body => ({
  type: 'application/x-www-form-urlencoded',
  text: new URLSearchParams(fields).toString(),
});

/** An object for the admin API. */
export const json = (object: object): Body => ({ type: 'application/json', text: JSON.stringify(object) });

/** Visits with the cookie that an answer gives, such as that of signing in. @throws Error where it gives none */
export function withCookie(port: number, { cookie, status }: Seen): Visitor {
  if (cookie === undefined) throw new Error(`no cookie was given, but ${status}`);
  return new Visitor(port, { Cookie: cookie });
}
