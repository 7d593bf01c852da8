import { describe, expect, it } from 'vitest';
import type { NewActivity } from '../model/activity/entry.js';
import { unavailable } from '../protocol/scim-error.js';
import { createRecorder, type ActivityRecorder, type Recorded } from './recorder.js';

const request = (given: Partial<Recorded> = {}): Recorded => ({
  ...{ tenantId: 't', requestId: 'r', source: 'entra', operation: 'user.update', status: 200, outcome: 'ok' },
  ...{ durationUs: 10, changed: [], ignored: [], rules: [] },
  ...given,
});
const lookUp = request({ operation: 'user.lookup' });
const stranger = request({ tenantId: undefined, operation: 'authenticate', status: 401, outcome: 'refused' });

/** A recorder on a store that fails as often as told; `written` has the batches. */
function recording(limits: object = {}, failures: readonly Error[] = []) {
  const written: (readonly NewActivity[])[] = [];
  const errors: unknown[] = [];
  const clock = { now: new Date('2026-11-28T10:00:00.000Z') };
  const left = [...failures];
  let ids = 0;
  const recorder: ActivityRecorder = createRecorder({
    store: {
      append: (entries) => {
        const failure = left.shift();
        if (failure !== undefined) return Promise.reject(failure);
        written.push(entries.map((entry) => ({ ...entry })));
        return Promise.resolve();
      },
    },
    now: () => clock.now,
    newId: () => `id-${(ids += 1)}`,
    onError: (error) => errors.push(error),
    limits: { delay: 5, retry: 5, ...limits },
  });
  const operations = (): readonly (readonly string[])[] =>
    written.map((batch) => batch.map(({ operation, count }) => `${operation} ${count}`));
  return { recorder, operations, written, errors, clock };
}

describe('the recorder', () => {
  it('writes what has come after a moment, without being asked', async () => {
    const { recorder, operations } = recording();
    recorder.record(request());
    recorder.record(lookUp);
    expect(recorder.state()).toEqual({ waiting: 2, dropped: 0 });
    await expect.poll(operations).toEqual([['user.update 1', 'user.lookup 1']]);
    expect(recorder.state()).toEqual({ waiting: 0, dropped: 0 });
  });

  it('writes at once when a batch is full', () => {
    const { recorder } = recording({ batch: 2, delay: 1_000_000 });
    recorder.record(request());
    recorder.record(request());
    expect(recorder.state().waiting).toBe(0);
  });

  it('writes what is waiting when it stops, and takes no more', async () => {
    const { recorder, operations } = recording({ batch: 2, delay: 1_000_000 });
    for (let number = 0; number < 5; number += 1) recorder.record(request());
    await recorder.stop();
    recorder.record(request());
    expect(operations().flat()).toHaveLength(5);
    expect(recorder.state().waiting).toBe(0);
  });

  it('discards lookups first when there is no room, and says how many', async () => {
    const { recorder, operations } = recording({ most: 3 });
    for (const one of [lookUp, request(), lookUp, request(), lookUp, request(), request()]) recorder.record(one);
    expect(recorder.state()).toEqual({ waiting: 3, dropped: 4 });
    await recorder.flush();
    expect(operations()).toEqual([['user.update 1', 'user.update 1', 'user.update 1']]);
  });

  it('keeps what it has while the database is away, and writes it later', async () => {
    const { recorder, operations, errors } = recording({}, [unavailable('away', 1)]);
    recorder.record(lookUp);
    recorder.record(request());
    await recorder.flush();
    expect([operations(), errors.length, recorder.state().waiting]).toEqual([[], 1, 2]);
    await expect.poll(operations).toEqual([['user.update 1', 'user.lookup 1']]);
  });

  it('gives up what the database will never take, and says how much', async () => {
    const { recorder, operations } = recording({}, [new Error('fault')]);
    recorder.record(request());
    await recorder.flush();
    expect(recorder.state()).toEqual({ waiting: 0, dropped: 1 });
    recorder.record(lookUp);
    await recorder.flush();
    expect(operations()).toEqual([['user.lookup 1']]);
  });

  it('folds refusals that are alike within a minute, also when some of them are written already', async () => {
    const { recorder, written, clock } = recording();
    recorder.record(stranger);
    recorder.record(stranger);
    recorder.record({ ...stranger, reason: 'expired' });
    await recorder.flush();
    recorder.record(stranger);
    await recorder.flush();
    clock.now = new Date('2026-11-28T10:01:00.000Z');
    recorder.record(stranger);
    await recorder.flush();
    const counts = written.map((batch) => batch.map(({ id, count, durationUs }) => [id, count, durationUs]));
    expect(counts).toEqual([
      [
        ['id-1', 2, 20],
        ['id-2', 1, 10],
      ],
      [['id-1', 1, 10]],
      [['id-3', 1, 10]],
    ]);
  });

  it('writes an id once in a batch, though the batch before could not be written', async () => {
    const { recorder, written } = recording({}, [unavailable('away', 1)]);
    recorder.record(stranger);
    await recorder.flush();
    recorder.record(stranger);
    await expect.poll(() => written.length).toBe(1);
    expect(written[0]).toMatchObject([{ id: 'id-1', count: 2 }]);
  });

  it('bounds how many different refusals of a minute have an entry each', async () => {
    const { recorder, operations } = recording({ folds: 3 });
    for (let number = 0; number < 50; number += 1) recorder.record({ ...stranger, network: `10.0.${number}.0/24` });
    await recorder.flush();
    expect(operations()).toEqual([['authenticate 1', 'authenticate 1', 'authenticate 1', 'authenticate 47']]);
  });
});
