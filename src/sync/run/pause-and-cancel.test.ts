import { describe, expect, it } from 'vitest';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { RunActive } from '../synchronization.js';
import { UNGUARDED } from '../testing/plan.fixture.js';
import type { ObedientBackend } from '../testing/run.fixture.js';
import { allApplied, plannedRuns, unanswered } from '../testing/run.fixture.js';
import { requestCancel, requestPause } from './ask.js';
import { resumeInterrupted, resumeRun } from './resume.js';
import { type StartOptions, startRun } from './start.js';

const OPTIONS: StartOptions = { by: 'ada', policy: UNGUARDED };
const CREATED = { state: 'finished', interrupted: false };

describe.each(storageKinds)('a run on $name', ({ open }) => {
  const at = plannedRuns(open);

  it('pauses at once, also while the backend does not answer, and continues with the same keys', async () => {
    await at.planned(['ann', 'bob', 'cy']);
    at.backend.answer = unanswered;
    const { ended } = await startRun(at.running({ batchSize: 2, concurrency: 1 }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    await expect(resumeRun(at.running(), at.tenant, OPTIONS)).rejects.toBeInstanceOf(RunActive);
    expect(await requestPause(at.running(), at.tenant, 'eve')).toMatchObject({
      state: 'running',
      asked: { to: 'pause', by: 'eve' },
    });
    expect(await ended).toMatchObject({ state: 'paused', counts: { left: 3 } });
    expect(await at.states()).toEqual(['sent', 'sent', 'planned']);
    await expect(requestPause(at.running(), at.tenant, 'eve')).rejects.toMatchObject({ status: 409 });
    await expect(startRun(at.running(), at.tenant, 'p', OPTIONS)).rejects.toBeInstanceOf(RunActive);
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    // What was sent is sent again as it was, whatever has moved since.
    await at.storage.write(at.tenant, (directory) => directory.touch('User', 'ann', '2026-03-03T00:00:00.000Z'));
    expect(await (await resumeRun(at.running(), at.tenant, { by: 'eve' })).ended).toMatchObject({
      ...CREATED,
      counts: { applied: 3 },
    });
    expect(at.backend.numbers).toEqual([[1, 2], [1, 2], [3]]);
    const [first, again] = at.backend.batches;
    expect(again?.deliveries.map(({ key }) => key)).toEqual(first?.deliveries.map(({ key }) => key));
    expect((await at.actions()).filter((action) => action.startsWith('run.'))).toEqual([
      'run.started',
      'run.pauseAsked',
      'run.paused',
      'run.resumed',
      'run.finished',
    ]);
  });

  it('is canceled when what was sent is settled; the rest is skipped', async () => {
    await at.planned(['ann', 'bob', 'cy']);
    let answerNow = (): void => undefined;
    at.backend.answer = (batch) =>
      new Promise((resolve) => {
        answerNow = () => {
          resolve(allApplied(batch));
        };
      });
    const { ended } = await startRun(at.running({ batchSize: 1, concurrency: 1 }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    const canceled = await requestCancel(at.running(), at.tenant, { by: 'eve' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await at.states()).toEqual(['sent', 'planned', 'planned']);
    answerNow();
    for (const status of [await ended, await canceled.ended]) {
      expect(status).toMatchObject({ state: 'cancelled', counts: { left: 0, applied: 1, skipped: 2 } });
    }
    expect(await at.states()).toEqual(['applied', 'skipped: eve canceled the run.', 'skipped: eve canceled the run.']);
    expect(await at.storage.sync(at.tenant).plans.find('p')).toMatchObject({ state: 'applied' });
    expect(at.backend.finished).toHaveLength(1);
  });

  it('that is paused is canceled when what was sent is settled, if the backend answers', async () => {
    await at.planned(['ann', 'bob']);
    at.backend.answer = () => Promise.reject(new BackendUnavailable('It is down.'));
    expect(await at.apply({ batchSize: 1, concurrency: 1 })).toMatchObject({ state: 'paused', detail: 'It is down.' });
    expect(await at.states()).toEqual(['sent', 'planned']);
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    const done = await (await requestCancel(at.running(), at.tenant, { by: 'eve' })).ended;
    expect(done).toMatchObject({ state: 'cancelled', counts: { left: 0, applied: 1, skipped: 1 } });
    await expect(requestCancel(at.running(), at.tenant, { by: 'eve' })).rejects.toMatchObject({ status: 409 });
  });

  it.each<[string, ObedientBackend['answer']]>([
    ['is down', () => Promise.reject(new BackendUnavailable('It is down.'))],
    ['does not answer', unanswered],
  ])('is canceled without waiting for a backend that %s, and says what is not known', async (_, answer) => {
    await at.planned(['ann', 'bob']);
    at.backend.answer = unanswered;
    const { ended } = await startRun(at.running({ batchSize: 1, concurrency: 1 }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    await requestPause(at.running(), at.tenant, 'eve');
    await ended;
    at.backend.answer = answer;
    const canceled = await requestCancel(at.running({ cancelMs: 30 }), at.tenant, { by: 'eve' });
    expect(await canceled.ended).toMatchObject({ state: 'cancelled', counts: { left: 0, failed: 1, skipped: 1 } });
    expect(await at.states()).toEqual([
      expect.stringContaining('failed: It was sent, and eve canceled the run before an answer came'),
      'skipped: eve canceled the run.',
    ]);
    expect(await at.storage.sync(at.tenant).runs.active()).toBeUndefined();
  });

  it('is canceled by the process that works on it while the backend does not answer', async () => {
    await at.planned(['ann', 'bob']);
    at.backend.answer = unanswered;
    const { ended } = await startRun(
      at.running({ batchSize: 1, concurrency: 1, cancelMs: 30 }),
      at.tenant,
      'p',
      OPTIONS,
    );
    await expect.poll(() => at.backend.batches.length).toBe(1);
    await requestCancel(at.running(), at.tenant, { by: 'eve' });
    expect(await ended).toMatchObject({ state: 'cancelled', counts: { left: 0, failed: 1, skipped: 1 } });
  });

  it('pauses at lines whose outcome is not known, and asks for them again under the same keys', async () => {
    await at.planned(['ann', 'bob', 'cy']);
    at.backend.answer = (batch) =>
      Promise.resolve(
        allApplied(batch).map((one) =>
          one.key === 'p:2' ? { key: one.key, state: 'unknown', detail: 'It answered "<html>".' } : one,
        ),
      );
    expect(await at.apply()).toMatchObject({
      state: 'paused',
      detail: 'It is not known whether the backend has applied line 2. It answered "<html>".',
      counts: { left: 1, applied: 2, failed: 0 },
    });
    expect(await at.states()).toEqual(['applied', 'sent', 'applied']);
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    expect(await (await resumeRun(at.running(), at.tenant, OPTIONS)).ended).toMatchObject(CREATED);
    expect(at.backend.batches.at(-1)?.deliveries.map(({ key }) => key)).toEqual(['p:2']);
  });

  it('is taken over when its lease has run out, and its first process writes nothing any more', async () => {
    await at.planned(['ann', 'bob']);
    const answers: (() => void)[] = [];
    at.backend.answer = (batch) =>
      new Promise((resolve) => {
        const accountId = `told ${answers.length}`;
        answers.push(() => {
          resolve(allApplied(batch).map((one) => ({ ...one, accountId })));
        });
      });
    const first = await startRun(at.running({ pollMs: 60_000 }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => answers.length).toBe(1);
    expect(await resumeInterrupted(at.running(), at.tenant, OPTIONS)).toBeUndefined();
    const second = await resumeInterrupted(at.running({ ahead: 31_000 }), at.tenant, OPTIONS);
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await at.states()).toEqual(['sent', 'sent']);
    answers[1]?.();
    expect(await second?.ended).toMatchObject({ ...CREATED, counts: { applied: 2 } });
    const mirrored = await at.storage.sync(at.tenant).mirror.page('User', undefined, 10);
    expect(mirrored.map(({ accountId }) => accountId)).toEqual(['told 1', 'told 1']);
    expect((await at.actions()).filter((action) => action === 'line.applied')).toHaveLength(2);
    expect(first.run.id).toBe(second?.run.id);
  });

  it('is left to others when the process ends', async () => {
    await at.planned(['ann']);
    at.backend.answer = unanswered;
    const stopping = new AbortController();
    const { ended } = await startRun(at.running({ stopping: stopping.signal }), at.tenant, 'p', OPTIONS);
    await expect.poll(() => at.backend.batches.length).toBe(1);
    stopping.abort();
    expect(await ended).toMatchObject({ state: 'running', interrupted: true });
    at.backend.answer = (batch) => Promise.resolve(allApplied(batch));
    expect(await (await resumeInterrupted(at.running(), at.tenant, OPTIONS))?.ended).toMatchObject(CREATED);
  });
});
