import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../conformance/finding.js';
import { startTestServer, type TestServer } from '../../src/http/testing/server.fixture.js';
import { storageKinds } from '../../src/storage/testing/storage.fixture.js';
import { fuzzSettings } from '../fuzz/settings.js';
import { wrongAfter } from './converges.js';
import { histories } from './history.js';
import { asTenant } from './as-tenant.js';

const DIALECTS = ['legacy', 'flag'] as const;
const { runs, seed } = fuzzSettings(200);
const numRuns = Math.ceil(runs / (DIALECTS.length * storageKinds.length));
const DAY = 24 * 3_600_000;

// Both databases at the same time, since one of them is another process.
describe.concurrent.each(storageKinds)('the staging directory on $name', (kind) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(kind, { LOG_LEVEL: 'silent' });
  });

  afterAll(() => server.stop());

  it.for(DIALECTS)(
    'is what Entra’s state implies after any history, in the dialect %s',
    { timeout: DAY },
    async (dialect, { task }) => {
      const property = fc.asyncProperty(histories(dialect), async (history) => {
        const wrong = await asTenant(server, (send) => wrongAfter(history, send));
        expect(wrong).toEqual([]);
      });
      const settings = { numRuns, seed: seed + 2 * storageKinds.indexOf(kind) + DIALECTS.indexOf(dialect) };
      const outcome = await fc.check(property, settings);
      const faults = outcome.failed ? [fc.defaultReportMessage(outcome) ?? ''] : [];
      const name = `the staging directory converges, on ${kind.name}, in the dialect ${dialect}`;
      const ran = `${numRuns} histories from the seed ${settings.seed}`;
      task.meta.findings = [{ kind: 'property', name, ran, faults }];
      if (outcome.failed) throw new Error(fc.defaultReportMessage(outcome), { cause: outcome.errorInstance });
    },
  );
});
