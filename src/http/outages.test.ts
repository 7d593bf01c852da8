import { copyFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startFalliblePostgres, type FallibleServer } from '../storage/testing/postgres-server.fixture.js';
import type {} from '../storage/testing/postgres.setup.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import { ownTime } from '../testing/own-time.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let server: TestServer;
let tenant: TestTenant;
let userId = '';
let number = 0;

const readiness = (): Promise<Answer> => server.send({ path: '/readyz' });
const create = (): Promise<Answer> =>
  tenant.send('POST', '/Users', { schemas: [USER], userName: `user ${(number += 1)}` });

async function start(databaseUrl: string, drop: () => Promise<void>): Promise<void> {
  server = await startTestServer({ ...sqliteStorage, create: () => Promise.resolve({ databaseUrl, drop }) });
  tenant = await server.createTenant();
  userId = String((await create()).body['id']);
}

/** 503 with Retry-After, within 5 seconds. */
async function expectAway(...requests: readonly (() => Promise<Answer>)[]): Promise<void> {
  let answers: readonly Answer[] = [];
  expect(await ownTime(async () => (answers = await Promise.all(requests.map((request) => request()))))).toBeLessThan(
    5000,
  );
  for (const { status, headers } of answers) expect([status, headers['retry-after']]).toEqual([503, '10']);
}

/** The same process answers again, and has what it had. */
async function expectBack(): Promise<void> {
  const deadline = performance.now() + 5000;
  while ((await readiness()).status !== 200 && performance.now() < deadline) await sleep(50);
  expect((await readiness()).status).toBe(200);
  expect((await create()).status).toBe(201);
  expect((await tenant.send('GET', `/Users/${userId}`)).status).toBe(200);
}

describe.skipIf(inject('postgres').kind === 'skipped')('a server whose PostgreSQL', () => {
  let postgres: FallibleServer;

  beforeAll(async () => {
    postgres = await startFalliblePostgres();
    await start(postgres.url, () => postgres.remove());
  });
  afterAll(() => server.stop());

  const everything = [readiness, create, () => tenant.send('GET', `/Users/${userId}`)];

  it('is frozen is not ready, answers 503, and finds it again without a restart', async () => {
    await postgres.freeze();
    await expectAway(...everything).finally(() => postgres.thaw());
    await expectBack();
  });

  it('is stopped is not ready, answers 503, and finds it again without a restart', async () => {
    await postgres.stop();
    await expectAway(...everything);
    expect((await server.send({ path: '/healthz' })).status).toBe(200);
    await postgres.start();
    await expectBack();
  });
});

describe('a server whose SQLite file', () => {
  let file = '';

  beforeAll(async () => {
    const { databaseUrl, drop } = await sqliteStorage.create();
    file = databaseUrl.slice('sqlite:'.length);
    await start(databaseUrl, drop);
  });
  afterAll(() => server.stop());

  it('was replaced is not ready and takes no writes until the file is put back', async () => {
    await copyFile(file, `${file}.copy`);
    await rename(file, `${file}.kept`);
    await rename(`${file}.copy`, file);
    await expectAway(readiness, create);
    await rename(`${file}.kept`, file);
    await expectBack();
  });
});
