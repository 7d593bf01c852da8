import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../tools/entra-client/simulator/company/random.js';
import { seedSynchronization } from '../../storage/testing/seed-synchronization.fixture.js';
import { addTenant, sqliteStorage, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { compiledProgram } from '../../testing/compiled-program.js';
import { eachOf, everyPage } from '../pages.js';
import { ChangingCompany, SIZE } from '../testing/changing-company.fixture.js';
import { RunnerProcess } from '../testing/runner-process.fixture.js';
import { seedPlan } from '../testing/seed-plan.fixture.js';
import { UnreliableBackend, type BackendState } from '../testing/unreliable-backend.fixture.js';

const SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const KILLED_RUNS = 100;
const RUNNER = await compiledProgram('src/sync/testing/runner.fixture.ts');
const LINES = SIZE.users + SIZE.groups + SIZE.memberships;

let seed: number;
let test: TestStorage;
let backend: UnreliableBackend;
const processes: RunnerProcess[] = [];

beforeAll(async () => {
  seed = randomInt(2 ** 31);
  test = await sqliteStorage.open();
  await addTenant(test.storage, 't');
  await seedSynchronization(test.databaseUrl, 't', { users: SIZE.users, groups: SIZE.groups });
  backend = new UnreliableBackend(seededRandom(seed));
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.kill()));
  await backend.close();
  await test.close();
});

/** What the mirror says that the backend has. */
async function mirrored(): Promise<BackendState> {
  const reader = test.storage.sync('t');
  const texts = async (type: 'User' | 'Group') => {
    const found = new Map<string, string>();
    const pages = everyPage(
      (after: string | undefined, limit) => reader.mirror.page(type, after, limit),
      ({ resourceId }) => resourceId,
    );
    for await (const { resourceId, content } of eachOf(pages)) {
      const { name, active, attributes } = content;
      const text = type === 'User' ? { userName: name, active, attributes } : { displayName: name, attributes };
      found.set(resourceId, JSON.stringify(text));
    }
    return found;
  };
  const memberships = await reader.mirrorMemberships.page(undefined, 100_000);
  return {
    accounts: await texts('User'),
    groups: await texts('Group'),
    memberships: new Set(memberships.map(({ groupId, memberId }) => `${groupId} ${memberId}`)),
  };
}

/** Sorted, so that it can be compared. */
const sorted = ({ accounts, groups, memberships }: BackendState) => ({
  accounts: [...accounts].sort(),
  groups: [...groups].sort(),
  memberships: [...memberships].sort(),
});

describe('a process that is killed while it applies a plan', () => {
  it(
    `leaves a run that another finishes: every line takes effect once (${KILLED_RUNS} runs)`,
    { timeout: 1_200_000 },
    async () => {
      const url = await backend.listen();
      const random = seededRandom(seed + 1);
      const company = new ChangingCompany(random);
      const start = (): RunnerProcess => {
        const started = new RunnerProcess(RUNNER, test.databaseUrl, url, SECRET);
        processes.push(started);
        return started;
      };
      let [current, standby] = [start(), start()];
      let [killedRuns, kills, runs] = [0, 0, 0];
      while (killedRuns < KILLED_RUNS) {
        runs += 1;
        const planId = `plan${runs}`;
        await seedPlan(test.storage, 't', planId, company.nextLines());
        await company.stageMemberships(test.storage, 't');
        let killedHere = 0;
        for (;;) {
          const wanted = killedHere === 0 || random.chance(0.15);
          const ended = current.run(`finish t ${planId}`);
          const over = new AbortController();
          if (wanted) void killLater(current, random, over.signal);
          const status = await ended;
          over.abort();
          if (status !== undefined) {
            expect({ seed, planId, ...status }).toMatchObject({
              state: 'finished',
              counts: { left: 0, applied: LINES, skipped: 0, failed: 0 },
            });
            break;
          }
          [killedHere, kills] = [killedHere + 1, kills + 1];
          [current, standby] = [standby, start()];
        }
        if (killedHere > 0) killedRuns += 1;
        expect({ seed, planId, ...sorted(backend) }).toEqual({ seed, planId, ...sorted(company.state) });
      }
      expect(sorted(await mirrored())).toEqual(sorted(company.state));
      const planned = Array.from({ length: runs }, (_, run) =>
        Array.from({ length: LINES }, (__, line) => `plan${run + 1}:${line + 1}`),
      ).flat();
      expect([...backend.effects.keys()].sort()).toEqual(planned.sort());
      expect([...backend.arrivals.keys()].sort()).toEqual(planned);
      expect([...backend.effects].filter(([, times]) => times !== 1)).toEqual([]);
      const again = [...backend.arrivals].filter(([, times]) => times > 1).length;
      expect(again).toBeGreaterThan(LINES);
      const faults = [...backend.faults].map(([fault, times]) => `${fault} ${times}`).join(', ');
      process.stdout.write(`seed ${seed}: ${kills} kills in ${runs} runs, ${again} lines more than once (${faults})\n`);
    },
  );
});

/** Kills a process when so many batches have arrived, and a moment later: while it reads, waits for an answer or writes. */
async function killLater(
  process: RunnerProcess,
  random: ReturnType<typeof seededRandom>,
  over: AbortSignal,
): Promise<void> {
  const [batches, delay] = [random.below(13), random.below(40)];
  let arrived = 0;
  await new Promise<void>((resolve) => {
    over.addEventListener('abort', () => {
      resolve();
    });
    backend.onBatch = () => {
      arrived += 1;
      if (arrived > batches) resolve();
    };
    if (batches === 0) resolve();
  });
  await sleep(delay);
  if (!over.aborted) await process.kill();
}
