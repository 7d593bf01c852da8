import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { MembershipStep } from '../../../protocol/membership.js';
import { USER } from '../../../protocol/schemas/resource-types.js';
import { usePageSizesOfServer } from '../../../testing/page-sizes.fixture.js';
import type { DirectoryReader, DirectoryWriter } from '../../storage.js';
import { CHANGED, CREATED, groupContent, newGroup, newUser, userContent } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { token } from './tokens.fixture.js';

const add = (...ids: string[]): MembershipStep[] => [{ kind: 'delta', clear: false, add: ids, remove: [] }];

describe.each(storageKinds)('tenants on $name', (kind) => {
  let test: TestStorage;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());

  it('are found by id and by name, listed in pages and changed', async () => {
    const { tenants } = test.storage;
    const acme = await addTenant(test.storage, 'a1', {
      name: 'Acme',
      settings: { groupReplaceAdds: true, unknownAttributes: 'ignore', rateLimit: '5/50' },
    });
    const beta = await addTenant(test.storage, 'a2', { name: 'Beta' });
    expect(await tenants.findTenant('a1')).toEqual(acme);
    expect(await tenants.findTenantByName('Beta')).toEqual(beta);
    expect(await tenants.findTenant('a3')).toBeUndefined();
    expect(await tenants.listTenants(undefined, 1)).toEqual([acme]);
    expect(await tenants.listTenants('a1', 1)).toEqual([beta]);
    const changed = { ...beta, enabled: false, name: 'Gamma', lastModified: CHANGED };
    expect(await tenants.updateTenant('a2', () => changed)).toEqual(changed);
    expect(await tenants.findTenant('a2')).toEqual(changed);
    expect(await tenants.updateTenant('a3', () => changed)).toBe('unknown');
  });

  it('have a name each', async () => {
    const first = await addTenant(test.storage, 'n1', { name: 'Name' });
    expect(await test.storage.tenants.insertTenant({ ...first, id: 'n2' })).toBe('conflict');
    await addTenant(test.storage, 'n3', { name: 'Another' });
    const renamed = test.storage.tenants.updateTenant('n3', (tenant) => ({ ...tenant, name: 'Name' }));
    expect(await renamed).toBe('conflict');
  });

  it('have a name each that no other has in another case, by which they are found', async () => {
    const { tenants } = test.storage;
    const first = await addTenant(test.storage, 'k1', { name: 'Étoile' });
    expect(await tenants.insertTenant({ ...first, id: 'k2', name: 'éTOILE' })).toBe('conflict');
    expect((await tenants.findTenantByName('éTOILE'))?.id).toBe('k1');
    const spelled = await tenants.updateTenant('k1', (tenant) => ({ ...tenant, name: 'ÉTOILE' }));
    expect(spelled).toMatchObject({ name: 'ÉTOILE' });
    await addTenant(test.storage, 'k3', { name: 'Luna' });
    expect(await tenants.updateTenant('k3', (tenant) => ({ ...tenant, name: 'étoile' }))).toBe('conflict');
  });

  it('keep every change of several at the same moment', async () => {
    const { tenants } = test.storage;
    await addTenant(test.storage, 's1', { name: '' });
    const append = (letter: string) =>
      tenants.updateTenant('s1', (tenant) => ({ ...tenant, name: tenant.name + letter }));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(append));
    const name = (await tenants.findTenant('s1'))?.name ?? '';
    for (const letter of ['a', 'b', 'c', 'd', 'e']) expect(name).toContain(letter);
  });

  it('are found by the hashes of their tokens, whatever the state of either', async () => {
    const { tenants } = test.storage;
    const tenant = await addTenant(test.storage, 'h1', { enabled: false });
    const known = { ...token('h1-1', 'h1'), expiresAt: CREATED };
    await tenants.insertToken(known, 'hash-1');
    expect(await tenants.findByHash('hash-1')).toEqual({ token: known, tenant });
    expect(await tenants.findByHash('hash-2')).toBeUndefined();
    expect(await tenants.revokeToken('h1', 'h1-1', CHANGED)).toBe(true);
    expect(await tenants.revokeToken('h1', 'h1-1', CREATED)).toBe(false);
    expect((await tenants.findByHash('hash-1'))?.token.revokedAt).toBe(CHANGED);
  });

  it('have a token take the place of those of its label, which then end, but never later than before', async () => {
    const { tenants } = test.storage;
    await addTenant(test.storage, 'e1');
    const [created, soon, end] = ['2026-06-01T12:00:00.000Z', '2026-06-01T13:00:00.000Z', '2026-06-02T12:00:00.000Z'];
    const given = { label: 'page', expiresAt: undefined };
    await tenants.insertToken({ ...token('e-1', 'e1'), ...given, expiresAt: created }, 'hash e-1');
    await tenants.insertToken({ ...token('e-2', 'e1'), ...given, expiresAt: soon }, 'hash e-2');
    await tenants.insertToken({ ...token('e-3', 'e1'), ...given, label: 'other' }, 'hash e-3');
    await tenants.insertToken({ ...token('e-4', 'e1'), ...given, revokedAt: created }, 'hash e-4');
    const replace = (id: string): Promise<boolean> =>
      tenants.replaceTokens({ ...token(id, 'e1'), ...given, created }, `hash ${id}`, { most: 3, end });
    const outcomes = await Promise.all(['e-5', 'e-6', 'e-7'].map(replace));
    expect(outcomes.filter((isDone) => isDone).length).toBe(2);
    const ends = new Map((await tenants.listTokens('e1')).map(({ id, expiresAt }) => [id, expiresAt]));
    expect(['e-1', 'e-2', 'e-3', 'e-4'].map((id) => ends.get(id))).toEqual([created, soon, undefined, undefined]);
    expect(
      [...ends]
        .slice(4)
        .map(([, at]) => at)
        .sort(),
    ).toEqual([end, undefined]);
    expect(await replace('e-8')).toBe(false);
  });

  it("cannot revoke another tenant's token", async () => {
    await addTenant(test.storage, 'v1');
    await addTenant(test.storage, 'v2');
    await test.storage.tenants.insertToken(token('v1-1', 'v1'), 'hash-v');
    expect(await test.storage.tenants.revokeToken('v2', 'v1-1', CHANGED)).toBe(false);
    expect(await test.storage.tenants.listTokens('v1')).toEqual([token('v1-1', 'v1')]);
    expect(await test.storage.tenants.listTokens('v2')).toEqual([]);
  });

  it('know when a token was last used, of which an earlier minute takes nothing back', async () => {
    const { tenants } = test.storage;
    await addTenant(test.storage, 'm1');
    await tenants.insertToken(token('m1-1', 'm1'), 'hash-m');
    await tenants.markUsed('m1-1', '2026-01-01T00:02:00.000Z');
    await tenants.markUsed('m1-1', '2026-01-01T00:01:00.000Z');
    expect((await tenants.listTokens('m1'))[0]?.lastUsed).toBe('2026-01-01T00:02:00.000Z');
  });

  it('get nothing stored that do not exist', async () => {
    await expect(test.storage.write('nobody', (directory) => directory.insert(newUser('a')))).rejects.toMatchObject({
      status: 403,
    });
  });

  describe('with the same names and ids of their own', () => {
    const stage = async (id: string, prefix: string): Promise<void> => {
      await addTenant(test.storage, id);
      await test.storage.write(id, async (directory) => {
        await directory.insert(
          newUser('ada', { externalId: 'x', displayName: id, emails: [{ value: 'a@a' }] }, `${prefix}u`),
        );
        await directory.insert(newGroup('Sales', { externalId: 'x' }, `${prefix}g`));
        await directory.changeMembers(`${prefix}g`, add(`${prefix}u`));
      });
    };
    let reader: DirectoryReader;
    beforeAll(async () => {
      await stage('s1', '1');
      await stage('s2', '2');
      reader = test.storage.directory('s1');
    });

    it('see nothing of each other in a read', async () => {
      expect(await reader.find('User', '2u')).toBeUndefined();
      expect(await reader.members('2g', undefined, 10)).toEqual([]);
      expect(await reader.displayNames(['1u', '2u'])).toEqual(new Map([['1u', 's1']]));
      expect((await reader.groupsOf(['2u'])).get('2u')).toEqual([]);
      for (const filter of [
        'userName eq "ada"',
        'externalId eq "x"',
        'emails.value eq "a@a"',
        'groups.display eq "sales"',
        'id ne "9"',
      ]) {
        const page = await reader.list({ type: 'User', filter: parseFilter(filter, USER), offset: 0, limit: 10 });
        expect([filter, page.total, page.resources.map(({ id }) => id)]).toEqual([filter, 1, ['1u']]);
      }
      expect((await reader.list({ type: 'Group', offset: 0, limit: 10 })).resources.map(({ id }) => id)).toEqual([
        '1g',
      ]);
    });

    const attempts: readonly [string, (directory: DirectoryWriter) => Promise<unknown>, unknown][] = [
      ['find for an update', (directory) => directory.findForUpdate('User', '2u'), undefined],
      ['delete', (directory) => directory.remove('User', '2u', CHANGED), false],
      [
        'add as a member',
        (directory) => directory.changeMembers('1g', add('2u')),
        { kind: 'unknownMembers', ids: ['2u'] },
      ],
    ];

    it.each(attempts)('cannot %s what is of the other', async (_name, work, outcome) => {
      const before = await test.storage.directory('s2').find('User', '2u');
      expect(await test.storage.write('s1', work)).toEqual(outcome);
      expect(await test.storage.directory('s2').find('User', '2u')).toEqual(before);
    });

    const failing: readonly [string, (directory: DirectoryWriter) => Promise<unknown>][] = [
      ['update', (directory) => directory.update('User', '2u', CHANGED, userContent('eve'))],
      ['touch', (directory) => directory.touch('Group', '2g', CHANGED)],
      ['add members to', (directory) => directory.changeMembers('2g', add('1u'))],
    ];

    it.each(failing)('fail to %s what is of the other', async (_name, work) => {
      const { storage } = test;
      await expect(storage.write('s1', work)).rejects.toThrow('There is no');
      expect(await storage.directory('s2').find('User', '2u')).toMatchObject({ version: 1 });
      expect(await storage.directory('s2').find('Group', '2g')).toMatchObject({ version: 1 });
      expect(await storage.directory('s2').members('2g', undefined, 10)).toHaveLength(1);
    });
  });

  it('may have the same ids, and have nothing else in common', async () => {
    const { storage } = test;
    for (const id of ['i1', 'i2']) {
      await addTenant(storage, id);
      await storage.write(id, async (directory) => {
        await directory.insert(newUser('ada', { displayName: `Ada of ${id}`, emails: [{ value: 'a@a' }] }));
        await directory.insert(newGroup('outer'));
        await directory.insert(newGroup('inner'));
      });
    }
    await storage.write('i2', async (directory) => {
      await directory.changeMembers('outer', add('inner'));
      await directory.changeMembers('inner', add('ada'));
      await directory.touch('Group', 'inner', CHANGED);
    });
    await storage.write('i1', (directory) => directory.changeMembers('inner', add('ada')));
    const reader = storage.directory('i1');
    expect((await reader.groupsOf(['ada'])).get('ada')).toEqual([
      { id: 'inner', version: 1, display: 'inner', type: 'direct' },
    ]);
    expect((await storage.directory('i2').groupsOf(['ada'])).get('ada')).toMatchObject([
      { id: 'inner', version: 2, type: 'direct' },
      { id: 'outer', version: 1, type: 'indirect' },
    ]);
    expect(await reader.members('inner', undefined, 10)).toEqual([{ id: 'ada', type: 'User', display: 'Ada of i1' }]);
    expect(await reader.members('outer', undefined, 10)).toEqual([]);
    expect((await reader.find('Group', 'inner'))?.membersVersion).toBe(0);
    expect(await reader.displayNames(['ada'])).toEqual(new Map([['ada', 'Ada of i1']]));
    const page = await reader.list({
      type: 'User',
      filter: parseFilter('emails.value eq "a@a"', USER),
      offset: 0,
      limit: 9,
    });
    expect([page.total, page.resources.map(({ document }) => document)]).toEqual([
      1,
      [expect.stringContaining('Ada of i1')],
    ]);
    await storage.write('i1', (directory) => directory.remove('User', 'ada', CHANGED));
    await storage.write('i1', (directory) => directory.update('Group', 'outer', CHANGED, groupContent('changed')));
    await storage.write('i1', (directory) => directory.remove('Group', 'inner', CHANGED));
    const other = storage.directory('i2');
    expect(await other.members('inner', undefined, 10)).toHaveLength(1);
    expect(await other.find('User', 'ada')).toMatchObject({ version: 1 });
    expect(await other.find('Group', 'inner')).toMatchObject({ version: 2 });
    expect((await other.list({ type: 'User', offset: 0, limit: 9 })).total).toBe(1);
    expect(
      (await other.list({ type: 'User', filter: parseFilter('emails.value eq "a@a"', USER), offset: 0, limit: 9 }))
        .total,
    ).toBe(1);
  });

  it('are erased with everything that is theirs, and nothing else', async () => {
    // There are thousands of rows.
    usePageSizesOfServer();
    const { storage } = test;
    for (const id of ['e1', 'e2']) {
      await addTenant(storage, id);
      await storage.tenants.insertToken(token(`${id}-1`, id), `hash-${id}`);
      await storage.write(id, async (directory) => {
        await directory.insert(newGroup('g'));
        const names = Array.from({ length: 2100 }, (_, index) => `u${index}`);
        for (const name of names) await directory.insert(newUser(name, { emails: [{ value: `${name}@a` }] }));
        await directory.changeMembers('g', add(...names));
      });
    }
    expect(await storage.tenants.deleteTenant('e1')).toBe(true);
    expect(await storage.tenants.deleteTenant('e1')).toBe(false);
    expect(await storage.tenants.findTenant('e1')).toBeUndefined();
    expect(await storage.tenants.findByHash('hash-e1')).toBeUndefined();
    expect(await storage.directory('e1').list({ type: 'User', offset: 0, limit: 1 })).toMatchObject({
      total: 0,
      resources: [],
    });
    expect(await storage.directory('e2').members('g', undefined, 5000)).toHaveLength(2100);
    expect((await storage.directory('e2').list({ type: 'User', offset: 0, limit: 0 })).total).toBe(2100);
    expect(await storage.tenants.findByHash('hash-e2')).toBeDefined();
  });

  it('are erased while members are still added to groups, which then is refused', async () => {
    // Three rows at a time are added as fast as they are erased.
    usePageSizesOfServer();
    const { storage } = test;
    await addTenant(storage, 'w1');
    const stage = async (): Promise<never> => {
      for (let number = 1; ; number += 1) {
        await storage.write('w1', async (directory) => {
          await directory.insert(newUser(`u${number}`));
          await directory.insert(newGroup(`g${number}`));
          await directory.changeMembers(`g${number}`, add(`u${number}`));
        });
      }
    };
    const refused = stage().catch((error: unknown) => error);
    expect(await storage.tenants.deleteTenant('w1')).toBe(true);
    expect(await refused).toMatchObject({ status: 403 });
  });
});
