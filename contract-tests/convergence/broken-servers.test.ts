import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../src/http/testing/server.fixture.js';
import { sqliteStorage } from '../../src/storage/testing/storage.fixture.js';
import type { Send } from '../../tools/entra-client/simulator/wire/wire.js';
import { asTenant } from './as-tenant.js';
import { BROKEN_SERVERS, type BrokenServer } from './broken-servers.js';
import { wrongAfter } from './converges.js';
import { histories, type History } from './history.js';

/** Always the same histories, within which a fault has to be found. */
const SETTINGS = { seed: 12, numRuns: 80 };
const TO_SHORTEN = { seed: 4, numRuns: 60 };

/** The staging directory is not what Entra's state implies, or lost what was acknowledged. */
class Diverged extends Error {}

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage, { LOG_LEVEL: 'silent' });
});

afterAll(() => server.stop());

const propertyOf = ({ dialect, breaking }: BrokenServer): fc.IAsyncProperty<[History]> =>
  fc.asyncProperty(histories(dialect), async (history) => {
    const wrong = await asTenant(server, (send) => wrongAfter(history, breaking(send), send));
    if (wrong.length > 0) throw new Diverged(wrong.join('\n'));
  });

it.each(BROKEN_SERVERS)('a server that $name is detected', async (broken) => {
  const { errorInstance } = await fc.check(propertyOf(broken), { ...SETTINGS, endOnFailure: true });
  expect(errorInstance).toBeInstanceOf(Diverged);
});

it('a server that crashes the comparison does not count as detected', async () => {
  const crashing = (): Send => () => Promise.reject(new TypeError('the double is broken'));
  const property = propertyOf({ name: 'crashes', dialect: 'legacy', breaking: crashing });
  const { errorInstance } = await fc.check(property, { ...SETTINGS, endOnFailure: true });
  expect(errorInstance).toBeInstanceOf(TypeError);
});

it('a history that fails is made short, and printed with its seed', { timeout: 120_000 }, async () => {
  const [, , , broken] = BROKEN_SERVERS;
  if (broken === undefined) throw new Error('there is no broken server to look at');
  const outcome = await fc.check(propertyOf(broken), TO_SHORTEN);
  expect(outcome.counterexample?.[0].steps.length).toBeLessThan(10);
  expect(fc.defaultReportMessage(outcome)).toContain(`seed: ${TO_SHORTEN.seed}`);
});
