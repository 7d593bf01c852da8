import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { SECRET } from '../scripted-backend.fixture.js';

const EXAMPLE = fileURLToPath(new URL('../../../../../examples/backend-receiver.mjs', import.meta.url));

/** A request on its way to the example receiver. */
export interface Passing {
  readonly path: string;
  readonly text: string;
  /** Undefined for what is not JSON. */
  readonly body: Record<string, unknown> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is answered in the place of the example's answer; `hang`: nothing, ever. */
export type Instead = { readonly status: number; readonly body: string } | 'hang';

/** What a backend does wrong: it alters what arrives, or what is answered, or answers by itself. */
export interface Defect {
  /** Takes every request for signed, as far as this says so. */
  readonly trusts?: (request: Passing) => boolean;
  readonly request?: (body: Record<string, unknown>, request: Passing) => Record<string, unknown>;
  readonly answer?: (body: Record<string, unknown>, request: Passing) => unknown;
  readonly instead?: (request: Passing) => Instead | undefined;
}

/** The example receiver as a process of its own, and in front of it a server that does what a test says wrong. */
export class DefectiveBackend {
  defect: Defect = {};
  url = '';
  readonly #example: ChildProcess;
  readonly #server: Server;
  #origin = '';

  constructor() {
    this.#example = spawn(process.execPath, [EXAMPLE], {
      env: { BACKEND_SECRET: SECRET, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#server = createServer((request, response) => {
      void this.#pass(request, response);
    });
  }

  async start(): Promise<void> {
    const { stdout } = this.#example;
    if (stdout === null) throw new Error('no output');
    [this.#origin = ''] = (await once(createInterface(stdout), 'line')) as [string];
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#example.kill('SIGKILL');
    await once(this.#example, 'close');
  }

  /** What the example has of a tenant: how many accounts and groups. */
  async count(tenantId: string): Promise<number> {
    const counts = await Promise.all(
      (['account', 'group'] as const).map(async (subject) => {
        const body = JSON.stringify({ tenantId, subject, after: null, limit: 500 });
        const answer = await this.#send('/listings', body, signed(body));
        return (JSON.parse(answer.body) as { items: unknown[] }).items.length;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const passing = passingOf(request, await text(request));
    const answer = await this.#answerTo(passing);
    if (answer === 'hang') return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }

  async #answerTo(passing: Passing): Promise<Instead> {
    const { trusts, request: altered, answer: falsified, instead } = this.defect;
    const own = instead?.(passing);
    if (own !== undefined) return own;
    const isGenuine = trusts?.(passing) === true || isSigned(passing);
    const { body } = passing;
    const isAltered = altered !== undefined && body !== undefined && isGenuine;
    const sent = isAltered ? JSON.stringify(altered(structuredClone(body), passing)) : passing.text;
    const headers = isAltered || trusts?.(passing) === true ? signed(sent) : passing.headers;
    const answer = await this.#send(passing.path, sent, headers);
    if (falsified === undefined || answer.status !== 200) return answer;
    const said = falsified(JSON.parse(answer.body) as Record<string, unknown>, passing);
    return { status: 200, body: typeof said === 'string' ? said : JSON.stringify(said) };
  }

  async #send(path: string, body: string, headers: Readonly<Record<string, string>>) {
    const method = path === '/capabilities' ? 'GET' : 'POST';
    const answer = await fetch(this.#origin + path, { method, headers, ...(method === 'GET' ? {} : { body }) });
    return { status: answer.status, body: await answer.text() };
  }
}

function passingOf({ url = '', headers }: IncomingMessage, body: string): Passing {
  const webhook = Object.entries(headers).filter(([name]) => name.startsWith('webhook-'));
  return {
    path: url,
    text: body,
    body: jsonOf(body),
    headers: Object.fromEntries(webhook.map(([name, value]) => [name, String(value)])),
  };
}

function jsonOf(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function isSigned({ text: body, headers }: Passing): boolean {
  try {
    new Webhook(SECRET).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

function signed(body: string): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': 'msg_again',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(SECRET).sign('msg_again', at, body),
  };
}
