import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../src/http/testing/server.fixture.js';
import { sqliteStorage } from '../../src/storage/testing/storage.fixture.js';
import { asTenant } from './as-tenant.js';
import { BROKEN_SERVERS, type BrokenServer } from './broken-servers.js';
import { wrongAfter } from './converges.js';
import { histories, type History } from './history.js';

/** Always the same histories, within which a fault has to be found. */
const SETTINGS = { seed: 12, numRuns: 80 };
const TO_SHORTEN = { seed: 4, numRuns: 60 };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage, { LOG_LEVEL: 'silent' });
});

afterAll(() => server.stop());

const propertyOf = ({ dialect, breaking }: BrokenServer): fc.IAsyncProperty<[History]> =>
  fc.asyncProperty(histories(dialect), async (history) => {
    const wrong = await asTenant(server, (send) => wrongAfter(history, breaking(send), send));
    expect(wrong).toEqual([]);
  });

it.each(BROKEN_SERVERS)('a server that $name is found out', async (broken) => {
  const { failed } = await fc.check(propertyOf(broken), { ...SETTINGS, endOnFailure: true });
  expect(failed).toBe(true);
});

it('a history that fails is made short, and printed with its seed', { timeout: 120_000 }, async () => {
  const [, , , broken] = BROKEN_SERVERS;
  if (broken === undefined) throw new Error('there is no broken server to look at');
  const outcome = await fc.check(propertyOf(broken), TO_SHORTEN);
  expect(outcome.counterexample?.[0].steps.length).toBeLessThan(10);
  expect(fc.defaultReportMessage(outcome)).toContain(`seed: ${TO_SHORTEN.seed}`);
});
