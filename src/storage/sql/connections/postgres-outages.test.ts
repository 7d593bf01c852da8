import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ScimError } from '../../../protocol/scim-error.js';
import type { Storage } from '../../storage.js';
import { startFalliblePostgres, type FallibleServer } from '../../testing/postgres-server.fixture.js';
import type {} from '../../testing/postgres.setup.js';
import { newUser } from '../../testing/resources.fixture.js';
import { addTenant } from '../../testing/storage.fixture.js';
import { openStorage } from '../open-storage.js';
import { ownTime } from '../../../testing/own-time.fixture.js';

const AWAY = { status: 503, headers: { 'Retry-After': '10' } };

describe.skipIf(inject('postgres').kind === 'skipped')('a PostgreSQL that', () => {
  let server: FallibleServer;
  let storage: Storage;
  let number = 0;
  const acknowledged: string[] = [];

  const write = async (): Promise<void> => {
    number += 1;
    const id = `u${number}`;
    await storage.write('t', (directory) => directory.insert(newUser(id)));
    acknowledged.push(id);
  };

  /** What the error of an operation is, and that it came within 5 seconds. */
  async function refusal(operation: () => Promise<unknown>): Promise<unknown> {
    let outcome: unknown;
    expect(await ownTime(async () => (outcome = await operation().catch((error: unknown) => error)))).toBeLessThan(
      5000,
    );
    return outcome;
  }

  async function expectAway(): Promise<void> {
    const outcomes = await Promise.all([
      refusal(() => storage.directory('t').find('User', 'u1')),
      refusal(write),
      refusal(() => storage.ping()),
      refusal(() => storage.tenants.findByHash('hash')),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject(AWAY);
  }

  async function expectBack(): Promise<void> {
    await storage.ping();
    await write();
    for (const id of acknowledged) expect(await storage.directory('t').find('User', id)).toBeDefined();
  }

  beforeAll(async () => {
    server = await startFalliblePostgres();
    storage = await openStorage({ databaseUrl: server.url, queryTimeoutMs: 5000, poolSize: 4 });
    await storage.migrate();
    await addTenant(storage, 't');
    await write();
  });
  afterAll(async () => {
    await storage.close({ cut: true });
    await server.remove();
  });

  it('has stopped is answered 503 within 5 seconds, and is found again without a restart', async () => {
    await server.stop();
    await expectAway();
    await server.start();
    await expectBack();
  });

  it('is frozen is answered 503 within 5 seconds, also where it was asked before, and is found again', async () => {
    const under = Array.from({ length: 20 }, () => refusal(write));
    await server.freeze();
    try {
      await expectAway();
      const outcomes = await Promise.all(under);
      for (const outcome of outcomes.filter((one) => one !== undefined)) expect(outcome).toMatchObject(AWAY);
    } finally {
      await server.thaw();
    }
    await expectBack();
  });

  it('is restarted under load loses nothing that was acknowledged, and answers 503 meanwhile', async () => {
    const state = { over: false };
    const failures: unknown[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (!state.over) {
        await write().catch(async (error: unknown) => {
          failures.push(error);
          await sleep(20);
        });
      }
    });
    await sleep(300);
    const before = acknowledged.length;
    await server.stop();
    await sleep(300);
    await server.start();
    await sleep(500);
    state.over = true;
    await Promise.all(load);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toBeInstanceOf(ScimError);
    for (const failure of failures) expect(failure).toMatchObject(AWAY);
    expect(acknowledged.length).toBeGreaterThan(before);
    await expectBack();
  });
});
