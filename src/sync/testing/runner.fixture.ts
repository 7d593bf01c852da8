import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { openStorage } from '../../storage/sql/open-storage.js';
import { createSynchronization } from '../create-synchronization.js';
import { watchRuns } from '../recovery/watch-runs.js';
import { HttpBackend } from '../backends/http/backend.js';
import { resumeRun } from '../run/resume.js';
import { RUN_TUNING, type Running } from '../run/running.js';
import { startRun } from '../run/start.js';
import { readStatus } from '../run/status.js';
import { RunActive, type RunStatus, type StartedRun } from '../synchronization.js';
import { UNGUARDED } from './plan.fixture.js';

/**
 * A process that applies plans: `node runner DATABASE_URL BACKEND_URL SECRET`, then a line on standard input for each plan:
 * `apply TENANT PLAN` starts it, `finish TENANT PLAN` also continues the tenant's run if there is one. `watch` continues, from then
 * on, whatever run has lost its process, as a server does.
 * What came of it is a line of JSON on standard output.
 */
const [databaseUrl = '', url = '', secret = ''] = process.argv.slice(2);

const storage = await openStorage({ databaseUrl, queryTimeoutMs: 20_000, poolSize: 4 });
const running: Running = {
  storage,
  backend: new HttpBackend(
    { url, secret, timeoutMs: 300, attempts: 200, giveUpMs: 60_000 },
    { firstMs: 2, longestMs: 30, threshold: 4, openMs: 15 },
  ),
  now: () => new Date(),
  newId,
  // Small batches, so that a plan of a few hundred lines has as many moments at which a process can be killed as a large one.
  tuning: { ...RUN_TUNING, batchSize: 30, leaseMs: 60, renewMs: 50, pollMs: 25 },
};

const start = (tenantId: string, planId: string): Promise<StartedRun> =>
  startRun(running, tenantId, planId, { by: 'ada', policy: UNGUARDED });

async function finish(tenantId: string, planId: string): Promise<RunStatus> {
  for (;;) {
    try {
      return await goOn(tenantId, planId);
    } catch (error) {
      // The process that was killed is believed to live until its lease has run out.
      if (!(error instanceof RunActive)) throw error;
      await sleep(10);
    }
  }
}

async function goOn(tenantId: string, planId: string): Promise<RunStatus> {
  const reader = storage.sync(tenantId);
  if ((await reader.runs.active()) !== undefined) return (await resumeRun(running, tenantId, { by: 'ada' })).ended;
  if ((await reader.plans.find(planId))?.state === 'open') return (await start(tenantId, planId)).ended;
  // The process was killed when all was done, before it could say so.
  const [latest] = await reader.runs.latest(undefined, 1);
  if (latest?.planId !== planId) throw new Error('the plan was not applied');
  return readStatus(running, tenantId, latest.id);
}

async function outcomeOf(command: string): Promise<object> {
  const [verb, tenantId = '', planId = ''] = command.split(' ');
  if (verb === 'watch') return watch();
  try {
    return verb === 'apply' ? await (await start(tenantId, planId)).ended : await finish(tenantId, planId);
  } catch (error) {
    return { error: error instanceof Error ? error.name : String(error), message: String(error) };
  }
}

function watch(): object {
  const sync = createSynchronization({ ...running, storage });
  const onResumed = (): void => undefined;
  watchRuns(() => sync.resumeInterrupted(), { everyMs: running.tuning.leaseMs / 3, onResumed, onError: onResumed });
  return { watching: true };
}

process.stdout.write('ready\n');
for await (const command of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await outcomeOf(command))}\n`);
}
await storage.close();
