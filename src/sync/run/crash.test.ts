import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
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
/** So many histories at the same time, since a run that is killed is waited for most of the time. */
const HISTORIES = 4;
const KILLED_RUNS = 25;
const RUNNER = await compiledProgram('src/sync/testing/runner.fixture.ts');
const LINES = SIZE.users + SIZE.groups + SIZE.memberships;

/** What the mirror says that the backend has. */
async function mirrored({ storage }: TestStorage): Promise<BackendState> {
  const reader = storage.sync('t');
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
  it.concurrent.each(Array.from({ length: HISTORIES }, (_, index) => index + 1))(
    `leaves a run that another finishes: every line takes effect once (${KILLED_RUNS} runs, history %i)`,
    { timeout: 1_200_000 },
    async () => {
      const seed = randomInt(2 ** 31);
      const test = await sqliteStorage.open();
      const backend = new UnreliableBackend(seededRandom(seed));
      const processes: RunnerProcess[] = [];
      try {
        await addTenant(test.storage, 't');
        await seedSynchronization(test.databaseUrl, 't', { users: SIZE.users, groups: SIZE.groups });
        await playHistory({ seed, test, backend, processes });
      } finally {
        await Promise.all(processes.map((one) => one.kill()));
        await backend.close();
        await test.close();
      }
    },
  );
});

interface History {
  readonly seed: number;
  readonly test: TestStorage;
  readonly backend: UnreliableBackend;
  /** All that were started. */
  readonly processes: RunnerProcess[];
}

/** Applies plans until so many of their runs were killed, and compares what the backend has after each, and in the end. */
async function playHistory({ seed, test, backend, processes }: History): Promise<void> {
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
      if (wanted) void killLater(backend, current, random, over.signal);
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
  expect(sorted(await mirrored(test))).toEqual(sorted(company.state));
  checkEffects(backend, runs);
  const faults = [...backend.faults].map(([fault, times]) => `${fault} ${times}`).join(', ');
  process.stdout.write(`seed ${seed}: ${kills} kills in ${runs} runs (${faults})\n`);
}

/** Each line of each plan took effect once, and some arrived more than once. */
function checkEffects(backend: UnreliableBackend, runs: number): void {
  const planned = Array.from({ length: runs }, (_, run) =>
    Array.from({ length: LINES }, (__, line) => `plan${run + 1}:${line + 1}`),
  ).flat();
  expect([...backend.effects.keys()].sort()).toEqual(planned.sort());
  expect([...backend.arrivals.keys()].sort()).toEqual(planned);
  expect([...backend.effects].filter(([, times]) => times !== 1)).toEqual([]);
  expect([...backend.arrivals].filter(([, times]) => times > 1).length).toBeGreaterThan(LINES);
}

/** Kills a process when so many batches have arrived, and a moment later: while it reads, waits for an answer or writes. */
async function killLater(
  backend: UnreliableBackend,
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
