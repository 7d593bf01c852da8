import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../tools/entra-client/simulator/company/random.js';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { newLine } from '../../storage/testing/sync.fixture.js';
import { compiledProgram } from '../../testing/compiled-program.js';
import { RunnerProcess } from '../testing/runner-process.fixture.js';
import { seedPlan } from '../testing/seed-plan.fixture.js';
import { UnreliableBackend } from '../testing/unreliable-backend.fixture.js';

const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const RUNNER = await compiledProgram('src/sync/testing/runner.fixture.ts');
const ROUNDS = 4;
const LINES = 250;

it(
  'a run whose process is killed at any moment goes on in another that watches, without a person',
  { timeout: 120_000 },
  async () => {
    const seed = randomInt(2 ** 31);
    const random = seededRandom(seed);
    const test = await sqliteStorage.open();
    const backend = new UnreliableBackend(seededRandom(seed + 1));
    const url = await backend.listen();
    const start = (): RunnerProcess => new RunnerProcess(RUNNER, test.databaseUrl, url, SECRET);
    const watcher = start();
    let kills = 0;
    try {
      await addTenant(test.storage, 't');
      await test.storage.write('t', async (directory) => {
        for (let user = 1; user <= LINES; user += 1) await directory.insert(newUser(`user${user}`));
      });
      expect(await watcher.run('watch')).toEqual({ watching: true });
      const { plans, runs } = test.storage.sync('t');
      for (let round = 1; round <= ROUNDS; round += 1) {
        const lines = Array.from({ length: LINES }, (_, index) => newLine(index + 1));
        await seedPlan(test.storage, 't', `p${round}`, lines);
        const victim = start();
        await victim.ready;
        const begun = new Promise<void>((resolve) => (backend.onBatch = resolve));
        const ended = victim.run(`apply t p${round}`);
        // In the one half somewhere between the lease and the first line, in the other among the lines.
        if (random.chance(0.5)) await Promise.race([begun, ended]);
        await sleep(random.below(40));
        await victim.kill();
        kills += (await ended) === undefined ? 1 : 0;
        // Where it had not even taken the plan, there is nothing to continue.
        if ((await plans.find(`p${round}`))?.state === 'open') continue;
        await expect
          .poll(async () => (await runs.latest(undefined, 1))[0]?.state, { timeout: 60_000 })
          .toBe('finished');
      }
      expect(kills).toBeGreaterThan(0);
      const planned: string[] = [];
      for (const { id } of await plans.latest(undefined, 100)) {
        const counts = await test.storage.sync('t').lines.counts(id);
        if (counts.applied === 0) continue;
        expect({ seed, id, ...counts }).toMatchObject({ left: 0, applied: LINES });
        planned.push(...Array.from({ length: LINES }, (_, index) => `${id}:${index + 1}`));
      }
      expect([...backend.arrivals.keys()].sort()).toEqual([...planned].sort());
      expect([...backend.effects].filter(([, times]) => times !== 1)).toEqual([]);
      expect([...backend.effects.keys()].sort()).toEqual([...planned].sort());
    } finally {
      await watcher.kill();
      await backend.close();
      await test.close();
    }
  },
);
