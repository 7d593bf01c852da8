import { describe, expect, it } from 'vitest';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { UNGUARDED } from '../testing/plan.fixture.js';
import { allApplied, plannedRuns, unanswered } from '../testing/run.fixture.js';
import { resumeInterrupted, resumeRun } from './resume.js';
import { type StartOptions, startRun } from './start.js';

const OPTIONS: StartOptions = { by: 'ada', policy: UNGUARDED };
/** Longer than any test waits. */
const NEVER_MS = 600_000;

describe.each(storageKinds)('a run that is looked after on $name', ({ open }) => {
  const at = plannedRuns(open);
  const active = () => at.storage.sync(at.tenant).runs.active();

  it('keeps its lease while a batch takes long', async () => {
    await at.planned(['ann']);
    at.backend.answer = unanswered;
    const stopping = new AbortController();
    const tuning = { renewMs: 0, pollMs: 5, stopping: stopping.signal };
    const { ended } = await startRun(at.running(tuning), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    const leases = new Set<string | undefined>();
    const looked = async (): Promise<number> => leases.add((await active())?.leaseUntil).size;
    // Each lease is later than the one before it: as time goes on, others are seen.
    await expect.poll(looked).toBeGreaterThan(3);
    stopping.abort();
    await ended;
  });

  it('interrupts what it has under way when another process has it', async () => {
    await at.planned(['ann']);
    const signals: AbortSignal[] = [];
    at.backend.answer = (batch, signal) => {
      signals.push(signal);
      return unanswered(batch, signal);
    };
    const first = await startRun(at.running({ renewMs: NEVER_MS }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => signals.length).toBe(1);
    let answer = (): void => undefined;
    at.backend.answer = (batch) =>
      new Promise((resolve) => {
        answer = () => {
          resolve(allApplied(batch));
        };
      });
    const second = await resumeInterrupted(at.running({ ahead: 31_000 }), at.tenant, OPTIONS);
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    await expect.poll(() => at.backend.batches.length).toBe(2);
    answer();
    expect(await second?.ended).toMatchObject({ state: 'finished' });
    expect(await first.ended).toMatchObject({ state: 'finished' });
  });

  it('writes nothing after another process has ended it', async () => {
    await at.planned(['ann']);
    const answers: (() => void)[] = [];
    at.backend.answer = (batch) =>
      new Promise((resolve) => {
        const accountId = `told ${answers.length}`;
        answers.push(() => {
          resolve(allApplied(batch).map((one) => ({ ...one, accountId })));
        });
      });
    const first = await startRun(at.running({ pollMs: NEVER_MS }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => answers.length).toBe(1);
    const second = await resumeInterrupted(at.running({ ahead: 31_000 }), at.tenant, OPTIONS);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    expect(await second?.ended).toMatchObject({ state: 'finished' });
    answers[0]?.();
    expect(await first.ended).toMatchObject({ state: 'finished', counts: { applied: 1 } });
    const [mirrored] = await at.storage.sync(at.tenant).mirror.page('User', undefined, 10);
    expect(mirrored?.accountId).toBe('told 1');
    expect((await at.actions()).filter((action) => action === 'line.applied')).toHaveLength(1);
  });

  it('sends nothing where the process is about to end', async () => {
    await at.planned(['ann']);
    const running = at.running({ stopping: AbortSignal.abort() });
    const { ended } = await startRun(running, at.tenant, 'p', OPTIONS);
    expect(await ended).toMatchObject({ state: 'running', interrupted: true });
    expect(at.backend.batches).toEqual([]);
    expect(await at.states()).toEqual(['planned']);
  });

  it('can be taken up at once after an internal error', async () => {
    await at.planned(['ann']);
    at.backend.answer = () => Promise.reject(new TypeError('a fault'));
    await expect(at.apply()).rejects.toThrow('a fault');
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    const again = await resumeInterrupted(at.running(), at.tenant, OPTIONS);
    expect(await again?.ended).toMatchObject({ state: 'finished', counts: { applied: 1 } });
  });

  it('is canceled by whoever resumes it, where that was asked for before its process ended', async () => {
    await at.planned(['ann', 'bob']);
    at.backend.answer = unanswered;
    const stopping = new AbortController();
    const tuning = { batchSize: 1, concurrency: 1, cancelMs: NEVER_MS, stopping: stopping.signal };
    const { run, ended } = await startRun(at.running(tuning), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    // Whoever asks by requestCancel would resume it as well.
    await at.storage.writeSync(at.tenant, ({ runs }) => runs.ask(run.id, { to: 'cancel', by: 'eve' }));
    stopping.abort();
    expect(await ended).toMatchObject({ state: 'running', interrupted: true, asked: { to: 'cancel' } });
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    const resumed = await resumeRun(at.running(), at.tenant, OPTIONS);
    expect(await resumed.ended).toMatchObject({ state: 'cancelled', counts: { applied: 1, skipped: 1 } });
  });

  it('does not wait for the batches beside the one that says that the backend is down', async () => {
    await at.planned(['ann', 'bob']);
    let down = (): void => undefined;
    at.backend.answer = (batch, signal) =>
      at.backend.batches.length < 2
        ? new Promise((_resolve, reject) => {
            down = () => {
              reject(new BackendUnavailable('It is down.'));
            };
          })
        : unanswered(batch, signal);
    const tuning = { batchSize: 1, concurrency: 2, graceMs: NEVER_MS };
    const { ended } = await startRun(at.running(tuning), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(2);
    down();
    expect(await ended).toMatchObject({ state: 'paused', detail: 'It is down.', counts: { left: 2 } });
  });
});
