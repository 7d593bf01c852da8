import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryWriter } from '../storage.js';
import { CHANGED, newGroup, newUser, userContent } from '../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../testing/storage.fixture.js';

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe.each(storageKinds)('units of work at the same time on $name', (kind) => {
  let test: TestStorage;
  let tenant = 0;
  const write = <T>(work: (directory: DirectoryWriter) => Promise<T>): Promise<T> =>
    test.storage.write(`t${tenant}`, work);
  const add = (groupId: string, ids: readonly string[]) =>
    write(async (directory) => {
      const outcome = await directory.changeMembers(groupId, [{ kind: 'delta', clear: false, add: ids, remove: [] }]);
      if (outcome.kind === 'done') await directory.touch('Group', groupId, CHANGED);
      return outcome.kind;
    });

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenant += 1;
    await addTenant(test.storage, `t${tenant}`);
  });

  it('create one user of a userName only', async () => {
    const outcomes = await Promise.all(
      times(50, (index) => write((directory) => directory.insert(newUser('Ada', {}, `id${index}`)))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(49);
    expect((await test.storage.directory(`t${tenant}`).list({ type: 'User', offset: 0, limit: 0 })).total).toBe(1);
  });

  it('add different members to one group, and all of them stay', async () => {
    await write(async (directory) => {
      await directory.insert(newGroup('g'));
      for (const index of times(100, (each) => each)) await directory.insert(newUser(`u${index}`));
    });
    const outcomes = await Promise.all(times(100, (index) => add('g', [`u${index}`])));
    expect(new Set(outcomes)).toEqual(new Set(['done']));
    const reader = test.storage.directory(`t${tenant}`);
    expect(await reader.members('g', undefined, 1000)).toHaveLength(100);
    expect(await reader.find('Group', 'g')).toMatchObject({ version: 101 });
  });

  it('add members while these are deleted: each is a member and gone, or unknown', async () => {
    await write(async (directory) => {
      for (const index of times(5, (each) => each)) await directory.insert(newGroup(`g${index}`));
      for (const index of times(40, (each) => each)) await directory.insert(newUser(`u${index}`));
    });
    const work = times(40, (index) => [
      ...times(5, (group) => add(`g${(group + index) % 5}`, [`u${index}`])),
      write((directory) => directory.remove('User', `u${index}`, CHANGED)),
    ]);
    const outcomes = await Promise.all(work.flat());
    expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(40);
    expect(outcomes.filter((outcome) => outcome === 'done' || outcome === 'unknownMembers')).toHaveLength(200);
    const reader = test.storage.directory(`t${tenant}`);
    const left = await Promise.all(times(5, (group) => reader.members(`g${group}`, undefined, 100)));
    expect(left.flat()).toEqual([]);
    expect((await reader.list({ type: 'User', offset: 0, limit: 10 })).total).toBe(0);
  });

  it('delete groups that contain each other', async () => {
    await write(async (directory) => {
      for (const index of times(20, (each) => each)) await directory.insert(newGroup(`g${index}`));
    });
    for (const index of times(20, (each) => each))
      await add(`g${index}`, [`g${(index + 1) % 20}`, `g${(index + 7) % 20}`]);
    const removed = await Promise.all(
      times(20, (index) => write((directory) => directory.remove('Group', `g${index}`, CHANGED))),
    );
    expect(removed.every(Boolean)).toBe(true);
  });

  it('change what they found for an update one after the other', async () => {
    await write((directory) => directory.insert(newUser('ada', { title: '0' })));
    const increment = () =>
      write(async (directory) => {
        const found = await directory.findForUpdate('User', 'ada');
        const title = found?.version ?? 0;
        await directory.update('User', 'ada', CHANGED, userContent('ada', { title: String(title) }));
      });
    await Promise.all(times(30, increment));
    const stored = await test.storage.directory(`t${tenant}`).find('User', 'ada');
    expect(stored).toMatchObject({ version: 31, document: userContent('ada', { title: '30' }).document });
  });

  it('do not wait for all those of another tenant', async () => {
    await addTenant(test.storage, `busy${tenant}`);
    const done: string[] = [];
    const busy = times(300, (index) =>
      test.storage
        .write(`busy${tenant}`, (directory) => directory.insert(newUser(`u${index}`)))
        .then(() => done.push('busy')),
    );
    await Promise.race(busy);
    await write((directory) => directory.insert(newUser('ada'))).then(() => done.push('ada'));
    expect(done.indexOf('ada')).toBeLessThan(250);
    await Promise.all(busy);
  });

  it('fail each by itself', async () => {
    const outcomes = await Promise.allSettled(
      times(20, (index) =>
        write(async (directory) => {
          await directory.insert(newUser(`u${index}`));
          if (index % 2 === 1) throw new Error('odd');
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      times(20, (index) => (index % 2 === 1 ? 'rejected' : 'fulfilled')),
    );
    expect((await test.storage.directory(`t${tenant}`).list({ type: 'User', offset: 0, limit: 0 })).total).toBe(10);
  });
});
