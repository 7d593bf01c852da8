import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteReads, openTestDatabase, seed, seededId, type OpenDatabase } from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { insertRows } from '../statements.js';

const GROUPS = 400;
const group = (index: number): string => seededId('g', index);
const user = (index: number): string => seededId('u', index);

describe.each(storageKinds)('groups in groups on $name', (kind) => {
  let test: OpenDatabase;
  const contain = (pairs: readonly (readonly [string, string])[]): Promise<void> =>
    test.database.unit((session) =>
      insertRows(
        session,
        'memberships',
        pairs.map(([groupId, memberId]) => ({
          tenant_id: 't',
          group_id: groupId,
          member_id: memberId,
          member_type: memberId.startsWith('g') ? 'Group' : 'User',
        })),
      ),
    );

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seed(test.database, 'User', 200);
    await seed(test.database, 'Group', GROUPS + 100);
    const numbers = Array.from({ length: GROUPS }, (_, index) => index + 1);
    // Each of these groups is a member of 100 others: 40,000 memberships.
    const web = numbers.flatMap((one) =>
      Array.from({ length: 100 }, (_, step) => [group(((one + step) % GROUPS) + 1), group(one)] as const),
    );
    await contain(web);
    await contain(Array.from({ length: 100 }, (_, index) => [group(index + 1), user(index + 1)] as const));
    const chain = Array.from(
      { length: 30 },
      (_, index) => [group(GROUPS + index + 2), group(GROUPS + index + 1)] as const,
    );
    await contain([...chain, [group(GROUPS + 1), user(150)], [group(GROUPS + 2), user(150)]]);
  });
  afterAll(() => test.close());

  it('are read up to 10,000 memberships for a page, direct ones first', async () => {
    const noted = noteReads(test.database);
    const ids = Array.from({ length: 100 }, (_, index) => user(index + 1));
    const groups = await test.storage.directory('t').groupsOf(ids);
    for (const [index, id] of ids.entries()) {
      const direct = (groups.get(id) ?? []).filter(({ type }) => type === 'direct');
      expect(direct.map((one) => one.id)).toEqual([group(index + 1)]);
    }
    expect(noted.reduce((sum, { rows }) => sum + rows, 0)).toBe(100 + 10_000);
  });

  it('are read up to 20 levels, where a group that is reached both ways is direct', async () => {
    const groups = (await test.storage.directory('t').groupsOf([user(150)])).get(user(150)) ?? [];
    expect(groups.filter(({ type }) => type === 'direct').map(({ id }) => id)).toEqual([
      group(GROUPS + 1),
      group(GROUPS + 2),
    ]);
    expect(groups.length).toBe(2 + 20);
  });

  it('wait for a turn with each level, so that lookups of another tenant come in between', async () => {
    const ended: string[] = [];
    const nested = test.storage.directory('t').groupsOf([user(150)]);
    const looksUp = async (): Promise<void> => {
      await test.storage.directory('other').find('User', user(1));
      ended.push('lookup');
    };
    await Promise.all([nested.then(() => ended.push('groups')), looksUp()]);
    expect(ended).toEqual(['lookup', 'groups']);
    const found = await test.storage.directory('t').find('User', user(150), true);
    expect([found?.id, found?.groups]).toEqual([user(150), undefined]);
  });

  it('take one statement where no group is in another', async () => {
    const noted = noteReads(test.database);
    expect((await test.storage.directory('t').groupsOf([user(199)])).get(user(199))).toEqual([]);
    expect(noted).toHaveLength(1);
  });
});
