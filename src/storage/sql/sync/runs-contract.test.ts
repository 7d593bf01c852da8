import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunState } from '../../../model/run.js';
import type { Storage } from '../../storage.js';
import type { SyncReader, SyncWriter } from '../../sync-store.js';
import { CHANGED } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { newRun } from '../../testing/sync.fixture.js';
import { openStorage } from '../open-storage.js';

const [BEFORE, NOW, LATER] = ['2026-05-01T00:00:00.000Z', '2026-05-01T00:00:30.000Z', '2026-05-01T00:01:00.000Z'];

describe.each(storageKinds)('runs on $name', (kind) => {
  let test: TestStorage;
  /** Another process on the same database. */
  let other: Storage;
  let tenantId: string;
  let reader: SyncReader;
  let tenants = 0;

  beforeAll(async () => {
    test = await kind.open();
    other = await openStorage({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5000 });
  });
  afterAll(async () => {
    await other.close();
    await test.close();
  });
  beforeEach(async () => {
    tenantId = `t${(tenants += 1)}`;
    await addTenant(test.storage, tenantId);
    reader = test.storage.sync(tenantId);
  });

  const write = <T>(work: (sync: SyncWriter) => Promise<T>, storage: Storage = test.storage): Promise<T> =>
    storage.writeSync(tenantId, work);
  const begin = (run: Run, storage?: Storage): Promise<'done' | 'active'> =>
    write((sync) => sync.runs.insert(run), storage);
  const move = (runId: string, from: readonly RunState[], state: RunState): Promise<boolean> =>
    write((sync) => sync.runs.move(runId, from, { state }));

  it('are found, counted, and listed in pages, the latest first', async () => {
    const full = newRun('r2', { state: 'finished', planId: 'p2', finished: CHANGED, detail: 'Done.' });
    await begin(newRun('r1', { state: 'cancelled' }));
    await begin(full);
    await begin(newRun('r3', { owner: 'me', leaseUntil: NOW, asked: { to: 'pause', by: 'bob' } }));
    expect(await reader.runs.find('r2')).toEqual(full);
    expect(await reader.runs.find('r9')).toBeUndefined();
    expect(await reader.runs.active()).toEqual(
      newRun('r3', { owner: 'me', leaseUntil: NOW, asked: { to: 'pause', by: 'bob' } }),
    );
    expect(await reader.runs.count()).toBe(3);
    expect((await reader.runs.latest(undefined, 2)).map(({ id }) => id)).toEqual(['r3', 'r2']);
    expect((await reader.runs.latest('r2', 2)).map(({ id }) => id)).toEqual(['r1']);
  });

  it.each(['running', 'paused'] as const)('are %s one at a time', async (state) => {
    expect(await reader.runs.active()).toBeUndefined();
    expect(await begin(newRun('r1', { state }))).toBe('done');
    expect(await begin(newRun('r2'))).toBe('active');
    expect((await reader.runs.active())?.id).toBe('r1');
    await move('r1', [state], 'finished');
    expect(await reader.runs.active()).toBeUndefined();
    expect(await begin(newRun('r2'))).toBe('done');
  });

  it('begin once, though two processes begin them at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const began = await Promise.all([
        begin(newRun(`a${round}`)),
        begin(newRun(`b${round}`), other),
        begin(newRun(`c${round}`)),
        begin(newRun(`d${round}`), other),
      ]);
      expect(began.toSorted()).toEqual(['active', 'active', 'active', 'done']);
      const active = await reader.runs.active();
      expect(await move(active?.id ?? '', ['running'], 'finished')).toBe(true);
    }
    expect(await reader.runs.count()).toBe(5);
  });

  it('are active in several tenants at a time', async () => {
    await addTenant(test.storage, `${tenantId}-other`);
    expect(await begin(newRun('r1'))).toBe('done');
    expect(await test.storage.writeSync(`${tenantId}-other`, (sync) => sync.runs.insert(newRun('r1')))).toBe('done');
  });

  const claims: readonly [string, Partial<Run>, boolean][] = [
    ['that nobody has', {}, true],
    ['of its own', { owner: 'me', leaseUntil: LATER }, true],
    ['of another process', { owner: 'you', leaseUntil: LATER }, false],
    ['of another process whose lease has run out', { owner: 'you', leaseUntil: BEFORE }, true],
    ['of another process whose lease runs out now', { owner: 'you', leaseUntil: NOW }, true],
  ];

  it.each(claims)('are claimed by a process: one %s', async (_name, given, claimed) => {
    const run = newRun('r1', given);
    await begin(run);
    expect(await write((sync) => sync.runs.claim('r1', 'me', NOW, CHANGED))).toBe(claimed);
    expect(await reader.runs.find('r1')).toEqual(claimed ? { ...run, owner: 'me', leaseUntil: CHANGED } : run);
    expect(await write((sync) => sync.runs.claim('r9', 'me', NOW, CHANGED))).toBe(false);
  });

  it('are claimed by one of two processes at the same moment', async () => {
    await begin(newRun('r1', { owner: 'gone', leaseUntil: BEFORE }));
    const claim = (owner: string, storage: Storage): Promise<boolean> =>
      write((sync) => sync.runs.claim('r1', owner, NOW, LATER), storage);
    const claimed = await Promise.all([claim('a', test.storage), claim('b', other)]);
    expect(claimed.toSorted()).toEqual([false, true]);
    expect((await reader.runs.find('r1'))?.owner).toBe(claimed[0] ? 'a' : 'b');
  });

  it('note how far they are while they are running, and no longer', async () => {
    const counts = { left: 3, applied: 2, skipped: 1, failed: 0 };
    await begin(newRun('r1'));
    await write((sync) => sync.runs.progress('r1', counts));
    expect(await reader.runs.find('r1')).toEqual(newRun('r1', { counts }));
    await move('r1', ['running'], 'paused');
    await write((sync) => sync.runs.progress('r1', counts));
    expect(await reader.runs.find('r1')).toEqual(newRun('r1', { state: 'paused' }));
  });

  it('move from the states that are given, and give up the lease and what was asked unless they run', async () => {
    await begin(newRun('r1', { owner: 'me', leaseUntil: LATER }));
    expect(await write((sync) => sync.runs.ask('r1', { to: 'cancel', by: 'bob' }))).toBe(true);
    expect((await reader.runs.find('r1'))?.asked).toEqual({ to: 'cancel', by: 'bob' });
    expect(await move('r1', ['paused', 'cancelled'], 'finished')).toBe(false);
    const paused = { state: 'paused', detail: 'The backend is down.' } as const;
    expect(await write((sync) => sync.runs.move('r1', ['running'], paused))).toBe(true);
    expect(await reader.runs.find('r1')).toEqual(newRun('r1', paused));
    expect(await write((sync) => sync.runs.ask('r1', { to: 'cancel', by: 'bob' }))).toBe(false);
    expect(await move('r1', ['paused', 'finished'], 'running')).toBe(true);
    expect(await reader.runs.find('r1')).toEqual(newRun('r1'));
    await write((sync) => sync.runs.claim('r1', 'me', NOW, LATER));
    expect(await move('r1', ['running'], 'running')).toBe(true);
    expect(await reader.runs.find('r1')).toEqual(newRun('r1', { owner: 'me', leaseUntil: LATER }));
    const finished = { state: 'finished', finished: CHANGED } as const;
    expect(await write((sync) => sync.runs.move('r1', ['running'], finished))).toBe(true);
    expect(await reader.runs.find('r1')).toEqual(newRun('r1', finished));
  });
});
