import fc from 'fast-check';
import { expect, it } from 'vitest';
import { httpSender, type HttpSender } from '../../tools/entra-client/simulator/wire/http-send.js';
import type { Send } from '../../tools/entra-client/simulator/wire/wire.js';
import { startTestServer, type TestServer } from '../../src/http/testing/server.fixture.js';
import { storageKinds, type StorageKind } from '../../src/storage/testing/storage.fixture.js';
import { wrongAfter } from './converges.js';
import { histories, type Step } from './history.js';

/** Few, since each takes a start of the server; on each database. */
const SETTINGS = { seed: 3, numRuns: 3, endOnFailure: true };

/** What comes before each history: a cycle of twelve requests and more, one of which meets the restart. */
const FIRST_CYCLE: readonly Step[] = [
  ...[0, 1, 2].map((name) => ({ do: 'hire', name, capital: false, assigned: true }) as const),
  { do: 'found', name: 0, assigned: true },
  ...[0, 1, 2].map((user) => ({ do: 'join', group: 0, user }) as const),
  { do: 'cycle', faults: [] },
];

/** A server that is stopped and started again, on the same database, while it answers. */
class Restarting {
  readonly #kind: StorageKind;
  #server: TestServer;
  #token = '';
  #sender: HttpSender | undefined;
  restarts = 0;

  constructor(kind: StorageKind, server: TestServer) {
    this.#kind = kind;
    this.#server = server;
  }

  async newTenant(): Promise<void> {
    const { token } = await this.#server.createTenant();
    this.#token = token;
    this.#connect();
  }

  /** Sends; the so-many-th request meets the restart. */
  sending(restartAt: number): Send {
    let sent = 0;
    return async (request) => {
      sent += 1;
      const answering = this.#send(request);
      if (sent !== restartAt) return answering;
      // What the server has begun when it is asked to stop, it finishes; what comes later finds nobody.
      const [, restarted] = await Promise.allSettled([answering, this.#restart()]);
      expect(restarted.status).toBe('fulfilled');
      return answering;
    };
  }

  readonly #send: Send = (request) => this.#sender?.send(request) ?? Promise.reject(new Error('there is no tenant'));

  async #restart(): Promise<void> {
    this.restarts += 1;
    await this.#server.stop();
    this.#server = await startTestServer(this.#kind, { LOG_LEVEL: 'silent' });
    this.#connect();
  }

  #connect(): void {
    this.#sender?.close();
    this.#sender = httpSender(`${this.#server.url}/scim`, this.#token);
  }

  async stop(): Promise<void> {
    this.#sender?.close();
    await this.#server.stop();
  }
}

it.for(storageKinds)(
  'the staging directory converges on $name although the server is restarted in the middle',
  { timeout: 120_000 },
  async (kind) => {
    const { databaseUrl, drop } = await kind.create();
    const kept: StorageKind = {
      ...kind,
      create: () => Promise.resolve({ databaseUrl, drop: () => Promise.resolve() }),
    };
    const server = new Restarting(kept, await startTestServer(kept, { LOG_LEVEL: 'silent' }));
    const property = fc.asyncProperty(histories(), fc.integer({ min: 2, max: 12 }), async (history, restartAt) => {
      await server.newTenant();
      const steps = [...FIRST_CYCLE, ...history.steps];
      expect(await wrongAfter({ ...history, steps }, server.sending(restartAt))).toEqual([]);
    });
    await fc.assert(property, SETTINGS).finally(() => server.stop());
    await drop();
    expect(server.restarts).toBe(SETTINGS.numRuns);
  },
);
