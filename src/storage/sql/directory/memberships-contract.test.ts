import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { FilterNode } from '../../../protocol/filter/tree.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import { GROUP } from '../../../protocol/schemas/resource-types.js';
import type { DirectoryReader, DirectoryWriter, MembershipOutcome } from '../../storage.js';
import { CHANGED, CREATED, groupContent, newGroup, newUser, userContent } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';

const delta = (given: { clear?: boolean; add?: readonly string[]; remove?: readonly string[] }): MembershipStep => ({
  kind: 'delta',
  clear: false,
  add: [],
  remove: [],
  ...given,
});

/** The condition of `members[…]`. */
function condition(text: string): FilterNode {
  const node = parseFilter(`members[${text}]`, GROUP);
  if (node.kind !== 'valuePath') throw new Error(`${text} is no condition`);
  return node.condition;
}

const DONE = { kind: 'done', changed: true };
const UNCHANGED = { kind: 'done', changed: false };

describe.each(storageKinds)('memberships on $name', (kind) => {
  let test: TestStorage;
  let tenant = 0;
  let reader: DirectoryReader;
  const write = <T>(work: (directory: DirectoryWriter) => Promise<T>): Promise<T> =>
    test.storage.write(`t${tenant}`, work);
  const change = (...steps: MembershipStep[]): Promise<MembershipOutcome> =>
    write((directory) => directory.changeMembers('g', steps));
  const members = async (groupId = 'g'): Promise<readonly string[]> =>
    (await reader.members(groupId, undefined, 1000)).map(({ id }) => id);

  beforeAll(async () => {
    test = await kind.open({ baseUrl: 'https://scim.example/scim' });
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenant += 1;
    await addTenant(test.storage, `t${tenant}`);
    reader = test.storage.directory(`t${tenant}`);
    await write(async (directory) => {
      for (const name of ['a', 'b', 'c', 'd'])
        await directory.insert(newUser(name, { displayName: `Display ${name}` }));
      for (const name of ['g', 'h', 'i']) await directory.insert(newGroup(name));
    });
  });

  const cases: readonly [string, readonly MembershipStep[], object, readonly string[]][] = [
    ['adds', [delta({ add: ['c'] })], DONE, ['a', 'b', 'c']],
    ['adds a group', [delta({ add: ['h'] })], DONE, ['a', 'b', 'h']],
    ['adds who is a member already', [delta({ add: ['a'] })], UNCHANGED, ['a', 'b']],
    ['removes', [delta({ remove: ['a'] })], DONE, ['b']],
    ['removes who is no member', [delta({ remove: ['c', 'nobody'] })], UNCHANGED, ['a', 'b']],
    ['adds some and removes others', [delta({ add: ['c'], remove: ['b'] })], DONE, ['a', 'c']],
    ['removes all', [delta({ clear: true })], DONE, []],
    ['replaces', [delta({ clear: true, add: ['b', 'c'] })], DONE, ['b', 'c']],
    ['replaces by the same', [delta({ clear: true, add: ['b', 'a'] })], UNCHANGED, ['a', 'b']],
    ['adds and then removes', [delta({ add: ['c'] }), delta({ remove: ['c'] })], UNCHANGED, ['a', 'b']],
    ['removes all and then adds', [delta({ clear: true }), delta({ add: ['a', 'b'] })], UNCHANGED, ['a', 'b']],
    ['does nothing', [], UNCHANGED, ['a', 'b']],
    ['removes by value', [{ kind: 'removeWhere', condition: condition('value eq "a"') }], DONE, ['b']],
    ['removes by type', [{ kind: 'removeWhere', condition: condition('type eq "group"') }], UNCHANGED, ['a', 'b']],
    ['removes by display', [{ kind: 'removeWhere', condition: condition('display sw "DISPLAY"') }], DONE, []],
    [
      'removes by $ref',
      [{ kind: 'removeWhere', condition: condition('$ref eq "https://scim.example/scim/Users/b"') }],
      DONE,
      ['a'],
    ],
    [
      'removes by a condition of several parts',
      [{ kind: 'removeWhere', condition: condition('not (value eq "a") and (type eq "User" or display pr)') }],
      DONE,
      ['a'],
    ],
  ];

  it.each(cases)('%s', async (_name, steps, outcome, expected) => {
    await change(delta({ add: ['a', 'b'] }));
    expect(await change(...steps)).toEqual(outcome);
    expect(await members()).toEqual(expected);
  });

  it('names the first unknown members, of which another tenant may have some', async () => {
    await addTenant(test.storage, `other${tenant}`);
    await test.storage.write(`other${tenant}`, (directory) => directory.insert(newUser('theirs')));
    const ids = Array.from({ length: 2000 }, (_, index) => `x${index}`);
    expect(await change(delta({ add: ['a', 'theirs', ...ids] }))).toEqual({
      kind: 'unknownMembers',
      ids: ['theirs', ...ids.slice(0, 9)],
    });
  });

  it('does not let a group be a member of itself', async () => {
    await expect(change(delta({ add: ['a', 'g'] }))).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
    expect(await members()).toEqual([]);
  });

  it('pages members in the order of their ids, with their types and what they are called', async () => {
    await change(delta({ add: ['h', 'b', 'a'] }));
    const [first, second] = [await reader.members('g', undefined, 2), await reader.members('g', 'b', 2)];
    expect(first).toEqual([
      { id: 'a', type: 'User', display: 'Display a' },
      { id: 'b', type: 'User', display: 'Display b' },
    ]);
    expect(second).toEqual([{ id: 'h', type: 'Group', display: 'h' }]);
  });

  describe('shows in a group what its members are called', () => {
    const rename = (id: string, displayName: string | undefined, found = true) =>
      write(async (directory) => {
        if (found) await directory.findForUpdate('User', id);
        return directory.update('User', id, CHANGED, userContent(id, displayName === undefined ? {} : { displayName }));
      });
    const shown = async (groupId: string) => [
      (await reader.find('Group', groupId))?.membersVersion,
      ...(await reader.members(groupId, undefined, 10)).map(({ display }) => display),
    ];

    beforeEach(async () => {
      await change(delta({ add: ['a', 'b'] }));
      await write((directory) => directory.changeMembers('h', [delta({ add: ['g', 'a'] })]));
    });

    it.each([
      ['a name', true, 'Ada', [1, 'Ada', 'Display b'], [1, 'Ada', 'g']],
      ['a name, without having found the user', false, 'Ada', [1, 'Ada', 'Display b'], [1, 'Ada', 'g']],
      ['no name', true, undefined, [1, undefined, 'Display b'], [1, undefined, 'g']],
      ['the same name', true, 'Display a', [0, 'Display a', 'Display b'], [0, 'Display a', 'g']],
    ] as const)('when a user gets %s', async (_case, found, name, g, h) => {
      await rename('a', name, found);
      expect([await shown('g'), await shown('h'), await shown('i')]).toEqual([g, h, [0]]);
    });

    it('when a group gets a name, or one unit of work renames twice', async () => {
      await write(async (directory) => {
        await directory.update('Group', 'g', CHANGED, groupContent('Wardens'));
        for (const displayName of ['Ada', 'Bea']) {
          await directory.update('User', 'a', CHANGED, userContent('a', { displayName }));
        }
      });
      expect(await shown('h')).toEqual([3, 'Bea', 'Wardens']);
    });

    it('without a change of the version that memberships and preconditions go by', async () => {
      const before = await reader.find('Group', 'g');
      await rename('a', 'Ada');
      const after = await reader.find('Group', 'g');
      expect([after?.version, after?.lastModified]).toEqual([before?.version, before?.lastModified]);
    });

    it('also when someone is renamed while being added', async () => {
      const names = Array.from({ length: 10 }, (_, index) => `Ida ${index}`);
      await Promise.all([
        ...names.map((name) => rename('c', name)),
        ...['g', 'h', 'i'].map((id) => write((directory) => directory.changeMembers(id, [delta({ add: ['c'] })]))),
      ]);
      const [last] = (await reader.displayNames(['c'])).values();
      for (const id of ['g', 'h', 'i']) expect((await shown(id)).slice(1)).toContain(last);
    });

    // SQLite has one writer, so that nobody is added in the middle of it.
    it.skipIf(kind.name === 'SQLite')('also when someone is added before the new name is committed', async () => {
      let adding: Promise<unknown> = Promise.resolve();
      await write(async (directory) => {
        await directory.findForUpdate('User', 'c');
        await directory.update('User', 'c', CHANGED, userContent('c', { displayName: 'Ida' }));
        adding = change(delta({ add: ['c'] }));
        await Promise.race([adding, sleep(50)]);
      });
      await adding;
      expect((await shown('g')).slice(1)).toEqual(['Display a', 'Display b', 'Ida']);
    });
  });

  it('lists the groups of users, direct ones as such and nested ones as indirect, though groups contain each other', async () => {
    const add = (groupId: string, ...ids: string[]) =>
      write((directory) => directory.changeMembers(groupId, [delta({ add: ids })]));
    await add('g', 'a', 'h');
    await add('h', 'a', 'b', 'i');
    await add('i', 'g');
    const groups = await reader.groupsOf(['a', 'b', 'c']);
    const shown = [...groups].map(([id, list]) => [id, list.map((group) => `${group.id} ${group.type}`)]);
    expect(shown).toEqual([
      ['a', ['g direct', 'h direct', 'i indirect']],
      ['b', ['g indirect', 'h direct', 'i indirect']],
      ['c', []],
    ]);
    expect(groups.get('b')?.[1]).toEqual({ id: 'h', version: 1, display: 'h', type: 'direct' });
  });

  it('takes a deleted user out of its groups, whose versions rise', async () => {
    await change(delta({ add: ['a', 'b'] }));
    await write((directory) => directory.remove('User', 'a', CHANGED));
    expect(await members()).toEqual(['b']);
    expect(await reader.find('Group', 'g')).toMatchObject({ version: 2, lastModified: CHANGED });
    expect(await reader.find('Group', 'h')).toMatchObject({ version: 1, lastModified: CREATED });
  });

  it('takes a deleted group out of its groups and lets its members go', async () => {
    await change(delta({ add: ['h', 'a'] }));
    await write((directory) => directory.changeMembers('h', [delta({ add: ['b'] })]));
    await write((directory) => directory.remove('Group', 'h', CHANGED));
    expect(await members()).toEqual(['a']);
    expect(await reader.find('Group', 'g')).toMatchObject({ version: 2 });
    expect((await reader.groupsOf(['b'])).get('b')).toEqual([]);
    expect(await reader.find('User', 'b')).toMatchObject({ version: 1 });
  });
});
