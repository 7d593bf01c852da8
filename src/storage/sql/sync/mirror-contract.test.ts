import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MirrorItem, SyncMembership } from '../../../model/mirror.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import type { SyncReader } from '../../sync-store.js';
import { CHANGED, CREATED, newGroup, newUser, userContent } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { newMirrorItem } from '../../testing/sync.fixture.js';

const add = (...ids: string[]): MembershipStep[] => [{ kind: 'delta', clear: false, add: ids, remove: [] }];

const FULL: MirrorItem = newMirrorItem('ada', {
  accountId: 'acc-1',
  stagedVersion: 7,
  policyRevision: 3,
  content: { name: 'Ada ΣΑΣ', active: false, attributes: { firstName: 'Ada', list: [1, null, { a: 'ü"\\' }] } },
  missingSince: CHANGED,
});

const pairs = (text: string): readonly SyncMembership[] =>
  text.split(' ').map((pair) => ({ groupId: pair.slice(0, 2), memberId: pair.slice(2) }));
const textOf = (memberships: readonly SyncMembership[]): string =>
  memberships.map(({ groupId, memberId }) => groupId + memberId).join(' ');

describe.each(storageKinds)('the mirror on $name', (kind) => {
  let test: TestStorage;
  let tenantId: string;
  let reader: SyncReader;
  let tenants = 0;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenantId = `t${(tenants += 1)}`;
    await addTenant(test.storage, tenantId);
    reader = test.storage.sync(tenantId);
  });

  const put = (type: 'User' | 'Group', ...items: readonly MirrorItem[]): Promise<void> =>
    test.storage.writeSync(tenantId, (sync) => sync.mirror.put(type, items));

  /** Stages two groups with members. */
  const stage = (): Promise<void> =>
    test.storage.write(tenantId, async (directory) => {
      for (const name of ['u1', 'u2', 'u3']) await directory.insert(newUser(name));
      for (const name of ['g1', 'g2']) await directory.insert(newGroup(name));
      await directory.changeMembers('g1', add('u1', 'u3'));
      await directory.changeMembers('g2', add('u2', 'g1'));
    });

  it('has what was put into it, and what replaced it', async () => {
    await put('User', FULL, newMirrorItem('bob'));
    expect(await reader.mirror.byIds('User', ['ada', 'bob', 'eve'])).toEqual(
      new Map([
        ['ada', FULL],
        ['bob', newMirrorItem('bob')],
      ]),
    );
    const changed = newMirrorItem('bob', { accountId: 'b', stagedVersion: 2, content: { ...FULL.content, name: 'B' } });
    await put('User', changed);
    expect((await reader.mirror.byIds('User', ['bob'])).get('bob')).toEqual(changed);
    expect((await reader.mirror.byNames(['b', 'bob'])).get('b')).toEqual(changed);
  });

  it('is read in pages, by type, and counted', async () => {
    await put('User', ...['c', 'a', 'b'].map((name) => newMirrorItem(name)));
    await put('Group', newMirrorItem('a'));
    const page = async (after: string | undefined, limit: number): Promise<readonly string[]> =>
      (await reader.mirror.page('User', after, limit)).map(({ resourceId }) => resourceId);
    expect([await page(undefined, 2), await page('b', 2), await page('c', 2)]).toEqual([['a', 'b'], ['c'], []]);
    expect([await reader.mirror.count('User'), await reader.mirror.count('Group')]).toEqual([3, 1]);
  });

  it('finds accounts by folded userName, and no groups', async () => {
    await put('User', FULL, newMirrorItem('bob'));
    await put('Group', newMirrorItem('sales'));
    const found = await reader.mirror.byNames(['ada σασ', 'sales', 'Ada ΣΑΣ', 'eve']);
    expect([...found].map(([name, { resourceId }]) => [name, resourceId])).toEqual([['ada σασ', 'ada']]);
    expect((await reader.mirror.byNames([])).size).toBe(0);
  });

  it('keeps two accounts of one name, as a swap has them for a moment', async () => {
    await put('User', newMirrorItem('one', { content: FULL.content }), newMirrorItem('two', { content: FULL.content }));
    expect(await reader.mirror.count('User')).toBe(2);
  });

  it('loses resources with their memberships', async () => {
    await put('User', newMirrorItem('u1'), newMirrorItem('u2'));
    await put('Group', newMirrorItem('g1'), newMirrorItem('u1'));
    await test.storage.writeSync(tenantId, async (sync) => {
      await sync.mirrorMemberships.add(pairs('g1u1 g1u2 g2u1 g2g1'));
      await sync.mirror.remove('User', ['u1', 'nobody']);
    });
    expect(textOf(await reader.mirrorMemberships.page(undefined, 10))).toBe('g1u2 g2g1');
    expect([await reader.mirror.count('User'), await reader.mirror.count('Group')]).toEqual([1, 2]);
    await test.storage.writeSync(tenantId, (sync) => sync.mirror.remove('Group', ['g1']));
    expect(await reader.mirrorMemberships.page(undefined, 10)).toEqual([]);
  });

  it('takes and loses memberships, however often', async () => {
    await test.storage.writeSync(tenantId, async (sync) => {
      await sync.mirrorMemberships.add(pairs('g1u1 g1u2'));
      await sync.mirrorMemberships.add(pairs('g1u2 g1u3 g2u1'));
      await sync.mirrorMemberships.remove(pairs('g1u1 g2u3 g2u1'));
      await sync.mirrorMemberships.remove(pairs('g1u1'));
    });
    expect(textOf(await reader.mirrorMemberships.page(undefined, 10))).toBe('g1u2 g1u3');
    expect(textOf(await reader.mirrorMemberships.page({ groupId: 'g1', memberId: 'u2' }, 10))).toBe('g1u3');
    expect(textOf(await reader.mirrorMemberships.page(undefined, 1))).toBe('g1u2');
  });

  it('differs from the staging directory in memberships to add and to remove', async () => {
    await stage();
    await test.storage.writeSync(tenantId, (sync) => sync.mirrorMemberships.add(pairs('g0u1 g1u1 g1u2 g2u2 g3u1')));
    expect(textOf(await reader.mirrorMemberships.toAdd(undefined, 10))).toBe('g1u3 g2g1');
    expect(textOf(await reader.mirrorMemberships.toRemove(undefined, 10))).toBe('g0u1 g1u2 g3u1');
    expect(textOf(await reader.mirrorMemberships.toAdd(undefined, 1))).toBe('g1u3');
    expect(textOf(await reader.mirrorMemberships.toAdd({ groupId: 'g1', memberId: 'u3' }, 1))).toBe('g2g1');
    expect(textOf(await reader.mirrorMemberships.toRemove({ groupId: 'g0', memberId: 'u1' }, 1))).toBe('g1u2');
    expect(await reader.mirrorMemberships.toRemove({ groupId: 'g3', memberId: 'u1' }, 1)).toEqual([]);
  });

  it('knows the version that a staged membership came with, which is another one when it comes again', async () => {
    await stage();
    const [first] = await reader.staged.memberships(pairs('g1u1'));
    expect(await reader.mirrorMemberships.toAdd(undefined, 1)).toEqual([first]);
    await test.storage.write(tenantId, async (directory) => {
      await directory.changeMembers('g1', [{ kind: 'delta', clear: false, add: [], remove: ['u1'] }]);
      await directory.touch('Group', 'g1', CHANGED);
    });
    expect(await reader.staged.memberships(pairs('g1u1'))).toEqual([]);
    await test.storage.write(tenantId, async (directory) => {
      await directory.changeMembers('g1', add('u1'));
      await directory.touch('Group', 'g1', CHANGED);
    });
    const [again] = await reader.staged.memberships(pairs('g1u1 g9u9'));
    expect(again?.version).toBeGreaterThan(first?.version ?? 0);
  });

  it('finds the differences however far apart they are', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({ groupId: 'g', memberId: String(10_000 + index) }));
    await test.storage.write(tenantId, async (directory) => {
      await directory.insert(newGroup('g'));
      for (const { memberId } of [many[0], many[1500], many[2999]].flatMap((one) => one ?? [])) {
        await directory.insert(newUser(memberId));
        await directory.changeMembers('g', add(memberId));
      }
    });
    await test.storage.writeSync(tenantId, (sync) => sync.mirrorMemberships.add(many));
    const found: SyncMembership[] = [];
    for (let page = await reader.mirrorMemberships.toRemove(undefined, 7); page.length > 0;) {
      found.push(...page);
      page = await reader.mirrorMemberships.toRemove(page.at(-1), 7);
    }
    expect(found).toEqual(many.filter((_, index) => ![0, 1500, 2999].includes(index)));
    await test.storage.writeSync(tenantId, (sync) => sync.mirrorMemberships.remove(many.slice(2999)));
    expect(await reader.mirrorMemberships.toAdd(undefined, 2)).toMatchObject(many.slice(2999));
  });

  it('knows when a staged resource was deleted, also when a run puts it anew', async () => {
    await stage();
    await put('User', newMirrorItem('u1'), newMirrorItem('u2'));
    await put('Group', newMirrorItem('g1'), newMirrorItem('u1'));
    await test.storage.write(tenantId, (directory) => directory.remove('User', 'u1', CHANGED));
    const missing = async (type: 'User' | 'Group', id: string): Promise<string | undefined> =>
      (await reader.mirror.byIds(type, [id])).get(id)?.missingSince;
    expect([await missing('User', 'u1'), await missing('User', 'u2'), await missing('Group', 'u1')]).toEqual([
      CHANGED,
      undefined,
      undefined,
    ]);
    await put('User', newMirrorItem('u1', { stagedVersion: 2 }));
    expect(await missing('User', 'u1')).toBe(CHANGED);
    await put('User', newMirrorItem('u1', { missingSince: CREATED }));
    expect(await missing('User', 'u1')).toBe(CREATED);
  });

  it('notes nothing of a deletion that is rolled back', async () => {
    await stage();
    await put('User', newMirrorItem('u1'));
    const broken = test.storage.write(tenantId, async (directory) => {
      await directory.remove('User', 'u1', CHANGED);
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect((await reader.mirror.page('User', undefined, 1))[0]?.missingSince).toBeUndefined();
  });

  it('stands beside what is staged, which is read in pages and by id', async () => {
    await stage();
    await test.storage.write(tenantId, (directory) =>
      directory.update('User', 'u2', CHANGED, userContent('u2', { active: false })),
    );
    const users = await reader.staged.page('User', 'u1', 5);
    expect(users).toEqual([
      { id: 'u2', version: 2, active: false, document: userContent('u2', { active: false }).document },
      { id: 'u3', version: 1, active: true, document: userContent('u3').document },
    ]);
    expect((await reader.staged.page('Group', undefined, 1)).map(({ id, active }) => [id, active])).toEqual([
      ['g1', true],
    ]);
    expect([...(await reader.staged.byIds('User', ['u2', 'g1', 'u9'])).values()]).toEqual(users.slice(0, 1));
  });
});
