import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { storageKinds, type TestStorage } from '../storage/testing/storage.fixture.js';
import { History } from './testing/history/history.fixture.js';
import { steps } from './testing/history/steps.fixture.js';

/** How many histories are played on SQLite, and on PostgreSQL: HISTORIES_RUNS sets another number, HISTORIES_SEED plays the same ones again. */
const [RUNS, RUNS_ON_POSTGRES] = [15, 2];
const chosen = process.env['HISTORIES_RUNS'];
const seed = process.env['HISTORIES_SEED'];

describe.each(storageKinds)('any history of provisioning, plans, runs and mishaps on $name', ({ name, open }) => {
  let test: TestStorage;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());

  it(
    'ends with a backend that has what the applied lines say, each applied once, and nothing held',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 8 }), fc.boolean(), async (played, atomic) => {
          const history = new History(test, atomic);
          await history.begin();
          for (const step of played) await history.play(step);
          await history.settle();
        }),
        {
          numRuns: Number(chosen ?? (name === 'SQLite' ? RUNS : RUNS_ON_POSTGRES)),
          ...(seed === undefined ? {} : { seed: Number(seed) }),
        },
      );
    },
    240_000 + Number(chosen ?? 0) * 2_000,
  );
});
