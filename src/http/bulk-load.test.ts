import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { bulk, group, post, statuses, user } from './testing/bulk.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const OPERATIONS = 1_000;

const NOBODY = '/Users?filter=userName+eq+%22nobody%22';

const many = (make: (index: number) => JsonObject): readonly JsonObject[] =>
  Array.from({ length: OPERATIONS }, (_, index) => make(index));

/** Requests of 1,000 operations, each costly in its own way, with the status that all their operations have. */
const JOBS: readonly [string, string, readonly JsonObject[]][] = [
  ['creates', '201', many((index) => post(`u${index}`, user(`user ${index}`, { displayName: 'x'.repeat(500) })))],
  ['refusals before the database', '400', many((index) => post(`r${index}`, user('', { title: 'x'.repeat(700) })))],
  ['paths that do not exist', '404', many(() => ({ method: 'DELETE', path: '/Devices/1' }))],
  ['one circle', '201', many((index) => post(`c${index}`, group(`c${index}`, `bulkId:c${(index + 1) % OPERATIONS}`)))],
  ['references to many', '201', many((index) => post(`m${index}`, group(`m${index}`, ...referring(index))))],
];

function referring(index: number): readonly string[] {
  return Array.from({ length: 10 }, (_, to) => `bulkId:m${to}`).filter((_, to) => to !== index);
}

describe.each(storageKinds)('bulk requests of 1,000 operations on $name', (kind) => {
  let server: TestServer;
  let other: TestTenant;

  beforeAll(async () => {
    // A circle is one unit of work, which a busy machine may take longer for than the 2 s that it has.
    server = await startTestServer(kind, { WRITE_TIMEOUT_MS: '60000' });
    other = await server.createTenant();
    // What a server does once, when it is first asked, is no work of the bulk requests.
    await other.send('POST', '/Bulk', bulk(post('warm', user('warm'))));
    await other.send('GET', NOBODY);
  });
  afterAll(() => server.stop());

  it.each(JOBS)(
    'hold up nobody for more than 250 ms of work: %s',
    { timeout: 120_000 },
    async (_, status, operations) => {
      const tenant = await server.createTenant();
      const done = new AbortController();
      const waits = lookingUp(other, done.signal);
      const answer = await tenant.send('POST', '/Bulk', bulk(...operations));
      done.abort();
      expect(new Set(statuses(answer))).toEqual(new Set([status]));
      expect(statuses(answer)).toHaveLength(OPERATIONS);
      expect(Math.max(...(await waits))).toBeLessThan(250);
    },
  );
});

/**
 * The work that was done from one lookup's answer to the next one's, in milliseconds of CPU time, until the signal: what
 * others do on the machine counts for nothing.
 */
async function lookingUp(tenant: TestTenant, signal: AbortSignal): Promise<readonly number[]> {
  const works: number[] = [];
  let before = process.cpuUsage();
  while (!signal.aborted) {
    await sleep(20);
    const { status } = await tenant.send('GET', NOBODY);
    expect(status).toBe(200);
    const { user: inCode, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    works.push((inCode + system) / 1_000);
  }
  return works;
}
