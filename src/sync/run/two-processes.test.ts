import { describe, expect, it } from 'vitest';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds } from '../../storage/testing/storage.fixture.js';
import { newLine } from '../../storage/testing/sync.fixture.js';
import { compiledProgram } from '../../testing/compiled-program.js';
import { SECRET, startScriptedBackend } from '../backends/http/scripted-backend.fixture.js';
import { RunnerProcess } from '../testing/runner-process.fixture.js';
import { seedPlan } from '../testing/seed-plan.fixture.js';

const ROUNDS = 10;
const LINES = 20;

const RUNNER = await compiledProgram('src/sync/testing/runner.fixture.ts');

describe.each(storageKinds)('two processes that apply at the same moment on $name', ({ open }) => {
  it('produce one run, whether they apply the same plan or two', { timeout: 120_000 }, async () => {
    const test = await open();
    const backend = await startScriptedBackend();
    const processes = [1, 2].map(() => new RunnerProcess(RUNNER, test.databaseUrl, backend.url, SECRET));
    try {
      await addTenant(test.storage, 't');
      await test.storage.write('t', async (directory) => {
        for (let user = 1; user <= LINES; user += 1) await directory.insert(newUser(`user${user}`));
      });
      await Promise.all(processes.map(({ ready }) => ready));
      for (let round = 1; round <= ROUNDS; round += 1) {
        const plans = round % 2 === 0 ? [`p${round}`] : [`p${round}`, `q${round}`];
        const lines = Array.from({ length: LINES }, (_, index) => newLine(index + 1));
        for (const plan of plans) await seedPlan(test.storage, 't', plan, lines);
        const came = await Promise.all(
          processes.map((process, index) => process.run(`apply t ${plans[index] ?? plans[0] ?? ''}`)),
        );
        const states = came.map((one) => one?.['state'] ?? one?.['error']).sort();
        // Whoever comes when the other has finished already is too late as well.
        expect(['RunActive', 'ScimError']).toContain(states[0]);
        expect(states[1]).toBe('finished');
        expect(await test.storage.sync('t').runs.count()).toBe(round);
        const keys = backend.batches().flatMap(({ keys: arrived }) => arrived);
        expect(keys).toHaveLength(round * LINES);
        expect(new Set(keys).size).toBe(round * LINES);
      }
    } finally {
      await Promise.all(processes.map((one) => one.kill()));
      await backend.close();
      await test.close();
    }
  });
});
