import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryReader, DirectoryWriter } from '../storage.js';
import { CHANGED, CREATED, groupContent, newGroup, newUser, userContent } from '../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../testing/storage.fixture.js';

describe.each(storageKinds)('the staging directory on $name', (kind) => {
  let test: TestStorage;
  let tenant = 0;
  let reader: DirectoryReader;
  const write = <T>(work: (directory: DirectoryWriter) => Promise<T>): Promise<T> =>
    test.storage.write(`t${tenant}`, work);
  const total = async (type: 'User' | 'Group'): Promise<number> =>
    (await reader.list({ type, offset: 0, limit: 0 })).total;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenant += 1;
    await addTenant(test.storage, `t${tenant}`);
    reader = test.storage.directory(`t${tenant}`);
  });

  it('returns a resource as it was stored, byte for byte', async () => {
    const bait = `'; drop table resources; -- \\ % _ ? $1 \u{1F600} é e\u0301 {"a":1}`;
    const user = newUser('ada', { displayName: bait, externalId: bait });
    expect(await write((directory) => directory.insert(user))).toBe('done');
    const stored = {
      id: 'ada',
      type: 'User',
      version: 1,
      created: CREATED,
      lastModified: CREATED,
      document: user.content.document,
      membersVersion: 0,
    };
    expect(await reader.find('User', 'ada')).toEqual(stored);
    expect((await reader.list({ type: 'User', offset: 0, limit: 10 })).resources).toEqual([stored]);
    expect(await reader.displayNames(['ada'])).toEqual(new Map([['ada', bait]]));
  });

  it('finds nothing under another resource type, an unknown id or one that no text can be', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    expect(await reader.find('Group', 'ada')).toBeUndefined();
    expect(await reader.find('User', 'ADA')).toBeUndefined();
    expect(await reader.find('User', "' or 1=1 --")).toBeUndefined();
    const withNul = await reader.find('User', 'a\0b').catch((error: unknown) => error);
    expect([undefined, expect.objectContaining({ status: 400, scimType: 'invalidValue' })]).toContainEqual(withNul);
  });

  it('refuses a userName that another user has, in any spelling, and continues the unit of work', async () => {
    await write((directory) => directory.insert(newUser('Ada')));
    const outcome = await write(async (directory) => [
      await directory.insert(newUser('ADA', {}, 'other')),
      await directory.insert(newUser('bob')),
      await directory.update('User', 'bob', CHANGED, userContent('aDa')),
      await directory.insert(newGroup('ada')),
    ]);
    expect(outcome).toEqual(['conflict', 'done', 'conflict', 'done']);
    expect(await reader.find('User', 'other')).toBeUndefined();
    expect(await reader.find('User', 'bob')).toMatchObject({ version: 1, lastModified: CREATED });
    expect([await total('User'), await total('Group')]).toEqual([2, 1]);
  });

  it('refuses a displayName that another group has; users may share one', async () => {
    const outcome = await write(async (directory) => [
      await directory.insert(newGroup('Sales')),
      await directory.insert(newGroup('SALES', {}, 'other')),
      await directory.insert(newUser('a', { displayName: 'Sales' })),
      await directory.insert(newUser('b', { displayName: 'Sales' })),
      await directory.insert(newGroup('Support')),
      await directory.update('Group', 'Support', CHANGED, groupContent('sales')),
    ]);
    expect(outcome).toEqual(['done', 'conflict', 'done', 'done', 'done', 'conflict']);
  });

  it('refuses an id that is taken', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    expect(await write((directory) => directory.insert(newUser('bob', {}, 'ada')))).toBe('conflict');
  });

  it('raises the version by one with each change', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    await write((directory) => directory.update('User', 'ada', CHANGED, userContent('ada', { title: 'Countess' })));
    expect(await reader.find('User', 'ada')).toMatchObject({ version: 2, created: CREATED, lastModified: CHANGED });
    expect(await write((directory) => directory.touch('User', 'ada', CHANGED))).toBe(3);
    expect(await write((directory) => directory.findForUpdate('User', 'ada'))).toMatchObject({ version: 3 });
  });

  it('lets a userName be used again once its user has another one or is gone', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    await write((directory) => directory.update('User', 'ada', CHANGED, userContent('lovelace')));
    expect(await write((directory) => directory.insert(newUser('ada', {}, 'second')))).toBe('done');
    expect(await write((directory) => directory.remove('User', 'second', CHANGED))).toBe(true);
    expect(await write((directory) => directory.insert(newUser('ada', {}, 'third')))).toBe('done');
  });

  it('deletes once', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    expect(await write((directory) => directory.remove('Group', 'ada', CHANGED))).toBe(false);
    expect(await write((directory) => directory.remove('User', 'ada', CHANGED))).toBe(true);
    expect(await write((directory) => directory.remove('User', 'ada', CHANGED))).toBe(false);
    expect(await reader.find('User', 'ada')).toBeUndefined();
  });

  it('keeps nothing of a unit of work that throws', async () => {
    await write((directory) => directory.insert(newUser('ada')));
    await write((directory) => directory.insert(newGroup('g')));
    const failed = write(async (directory) => {
      await directory.insert(newUser('bob', { emails: [{ value: 'bob@example.com' }] }));
      await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['ada', 'bob'], remove: [] }]);
      await directory.update('User', 'ada', CHANGED, userContent('lovelace'));
      await directory.remove('User', 'ada', CHANGED);
      throw new Error('no more of this');
    });
    await expect(failed).rejects.toThrow('no more of this');
    expect(await reader.find('User', 'ada')).toMatchObject({ version: 1, document: userContent('ada').document });
    expect(await reader.find('User', 'bob')).toBeUndefined();
    expect(await reader.members('g', undefined, 10)).toEqual([]);
    expect([await total('User'), await total('Group')]).toEqual([1, 1]);
  });

  it('keeps nothing of units of work that throw, and all of those that share their commit', async () => {
    const insert = (name: string, thrown?: string): Promise<void> =>
      write(async (directory) => {
        await directory.insert(newUser(name));
        if (thrown !== undefined) throw new Error(thrown);
      });
    const units = [
      insert('a'),
      insert('b', 'no'),
      insert('c'),
      insert('d', 'never'),
      insert('e'),
      insert('f', 'nor this'),
    ];
    const outcomes = await Promise.allSettled(units);
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, false, true, false]);
    // Behind the commit that they share.
    await insert('g');
    const found = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => reader.find('User', id)));
    expect(found.flatMap((user) => user?.id ?? [])).toEqual(['a', 'c', 'e', 'g']);
    expect(await total('User')).toBe(4);
  });

  it('counts what it has', async () => {
    await write(async (directory) => {
      for (const name of ['a', 'b', 'c']) await directory.insert(newUser(name));
      await directory.remove('User', 'b', CHANGED);
    });
    await write((directory) => directory.remove('User', 'c', CHANGED));
    expect([await total('User'), await total('Group')]).toEqual([1, 0]);
  });

  it('shows a unit of work its own changes, and nobody else before it is done', async () => {
    await write(async (directory) => {
      await directory.insert(newUser('ada'));
      expect(await directory.find('User', 'ada')).toBeDefined();
      expect(await reader.find('User', 'ada')).toBeUndefined();
    });
    expect(await reader.find('User', 'ada')).toBeDefined();
  });

  it('answers a ping', async () => {
    await expect(test.storage.ping()).resolves.toBeUndefined();
  });
});
