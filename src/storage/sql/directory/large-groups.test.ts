import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitPageSizes } from '../../page-size.js';
import { parseAttributePath } from '../../../protocol/attribute-path.js';
import type { FilterNode } from '../../../protocol/filter/tree.js';
import { GROUP } from '../../../protocol/schemas/resource-types.js';
import type { DirectoryWriter } from '../../storage.js';
import { CHANGED } from '../../testing/resources.fixture.js';
import {
  analyze,
  noteReads,
  noteStatements,
  openTestDatabase,
  seed,
  seededId,
  seedMembers,
  type OpenDatabase,
  type Statement,
} from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { KnexDirectoryWriter } from './writer.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const MEMBERS = 100_000;

/** The condition of a value path on `members`. */
function conditionOf(text: string): FilterNode {
  const path = parseAttributePath(`members[${text}]`, GROUP);
  if (path.kind !== 'attribute' || path.condition === undefined) throw new Error(`No condition: ${text}`);
  return path.condition;
}

describe.each(storageKinds)(`a group of ${MEMBERS} members on $name`, (kind) => {
  let test: OpenDatabase;
  const group = seededId('g', 1);

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seed(test.database, 'User', MEMBERS + 1000);
    await seed(test.database, 'Group', 1);
    await seedMembers(test.database, group, MEMBERS);
    await analyze(test.database);
  }, 120_000);
  afterAll(() => test.close());

  const statementsOf = (work: (directory: DirectoryWriter) => Promise<unknown>): Promise<readonly Statement[]> =>
    test.database.unit(async (session) => {
      const statements = noteStatements(test.database);
      await work(new KnexDirectoryWriter({ tenantId: 't' }, session));
      return statements;
    });
  const rowsOf = (statements: readonly Statement[]): number => statements.reduce((sum, { rows }) => sum + rows, 0);
  const ids = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => seededId('u', from + index));

  it('gets one member more without a look at the others', async () => {
    const statements = await statementsOf(async (directory) => {
      const steps = [{ kind: 'delta' as const, clear: false, add: ids(MEMBERS + 1, 1), remove: [] }];
      expect(await directory.changeMembers(group, steps)).toEqual({ kind: 'done', changed: true });
      await directory.touch('Group', group, CHANGED);
    });
    expect(statements).toHaveLength(3);
    // The group, the membership and the group's version.
    expect(rowsOf(statements)).toBeLessThanOrEqual(3);
  });

  it('loses one member without a look at the others', async () => {
    const statements = await statementsOf((directory) =>
      directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [], remove: ids(7, 1) }]),
    );
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(rowsOf(statements)).toBeLessThanOrEqual(2);
  });

  it('gets 600 members in pieces, and returns as many rows as it adds', async () => {
    const added = ids(MEMBERS + 100, 600);
    const statements = await statementsOf((directory) =>
      directory.changeMembers(group, [{ kind: 'delta', clear: false, add: added, remove: [] }]),
    );
    expect(statements.length).toBeLessThanOrEqual(5);
    expect(rowsOf(statements)).toBeLessThanOrEqual(1 + 2 * added.length);
  });

  const removeWhere = (condition: string) => ({ kind: 'removeWhere' as const, condition: conditionOf(condition) });

  it('refuses a filter that it would have to compare all members with, and finds the one that a filter names', async () => {
    const tooMany = { status: 400, scimType: 'tooMany' };
    const change = (condition: string) =>
      statementsOf((directory) => directory.changeMembers(group, [removeWhere(condition)]));
    await expect(change(`value eq "${seededId('u', 20)}" or display sw "x"`)).rejects.toMatchObject(tooMany);
    await expect(change('display sw "x" and display ew "y"')).rejects.toMatchObject(tooMany);
    const statements = await change(`value eq "${seededId('u', 20)}" and display sw "u"`);
    expect(rowsOf(statements)).toBeLessThanOrEqual(2);
  });

  it('refuses filters that are too much together before it compares the first', async () => {
    const run = noteStatements(test.database);
    const filters = ['display sw "x"', 'display ew "y"'].map(removeWhere);
    await expect(statementsOf((directory) => directory.changeMembers(group, filters))).rejects.toMatchObject({
      status: 400,
      scimType: 'tooMany',
    });
    const nobody = [{ kind: 'delta' as const, clear: true, add: ids(1, 20_000), remove: [] }];
    const again = [...nobody, ...Array.from({ length: 6 }, () => removeWhere('display sw "x"'))];
    await expect(statementsOf((directory) => directory.changeMembers(seededId('g', 1), again))).rejects.toMatchObject({
      status: 400,
      scimType: 'tooMany',
    });
    expect(run.filter(({ sql }) => sql.startsWith('delete'))).toEqual([]);
  });

  it('takes 20,000 members in one request, and no more', async () => {
    const change = (count: number) =>
      statementsOf((directory) =>
        directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [], remove: ids(90_000, count) }]),
      );
    await expect(change(20_001)).rejects.toMatchObject({ status: 400, scimType: 'tooMany' });
    await change(20_000);
  });

  it('is left by a deleted user without a look at the others', async () => {
    const statements = await statementsOf((directory) => directory.remove('User', seededId('u', 9), CHANGED));
    // The group that it leaves, whether it is there, and on PostgreSQL the row that is gone.
    expect(rowsOf(statements)).toBeLessThanOrEqual(3);
    expect(await test.storage.directory('t').find('Group', group)).toMatchObject({ version: 3 });
  });

  it('shows a page of its members and reads no more than that', async () => {
    const statements = noteReads(test.database);
    const page = await test.storage.directory('t').members(group, seededId('u', 50_000), 100);
    expect([page.length, page[0]?.id]).toEqual([100, seededId('u', 50_001)]);
    const texts = statements.map(({ sql }) => sql);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/order by m\.member_id limit 100\) p$/u);
  });
});
