import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery, Selection, Sort } from '../../../model/list.js';
import { findAttribute, findSubAttribute } from '../../../protocol/attribute-lookup.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import type { DirectoryReader } from '../../storage.js';
import { newGroup, newUser } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';

const ids = async (reader: DirectoryReader, query: ListQuery): Promise<readonly string[]> =>
  (await reader.list(query)).resources.map(({ id }) => id);

function sortBy(path: string, descending = false): Sort {
  const [name = '', subName = ''] = path.split('.');
  const found = findAttribute(USER, name);
  if (!found) throw new Error(`No attribute ${path}`);
  const subAttribute = findSubAttribute(found.attribute, subName);
  return { by: { ...found, ...(subAttribute ? { subAttribute } : {}) }, descending };
}

const users = (text?: string): Selection => ({
  type: 'User',
  ...(text === undefined ? {} : { filter: parseFilter(text, USER) }),
});
const groups = (text?: string): Selection => ({
  type: 'Group',
  ...(text === undefined ? {} : { filter: parseFilter(text, GROUP) }),
});

describe.each(storageKinds)('lists of several types on $name', (kind) => {
  let test: TestStorage;
  let reader: DirectoryReader;

  beforeAll(async () => {
    test = await kind.open();
    for (const tenant of ['t', 'other', 'empty']) await addTenant(test.storage, tenant);
    reader = test.storage.directory('t');
    for (const tenant of ['other', 't']) {
      await test.storage.write(tenant, async (directory) => {
        const more = (id: string) => (tenant === 't' ? id : `other ${id}`);
        await directory.insert(newUser('zed', { displayName: 'B', title: 'x' }, more('1')));
        await directory.insert(newGroup('A', { externalId: 'e' }, more('2')));
        await directory.insert(newUser('ada', { emails: [{ value: 'ada@example' }] }, more('3')));
        await directory.insert(newGroup('C', {}, more('4')));
        await directory.insert(newUser('bert', { displayName: 'c', externalId: 'e', title: 'a' }, more('5')));
      });
    }
  });
  afterAll(() => test.close());

  const lists: readonly [string, Selection, Selection, Sort | undefined, string][] = [
    ['both types by id', users(), groups(), undefined, '1 2 3 4 5'],
    ['both the other way round', groups(), users(), undefined, '1 2 3 4 5'],
    ['by what both have', users(), groups(), sortBy('displayName'), '2 1 4 5 3'],
    ['descending', users(), groups(), sortBy('displayName', true), '3 5 4 1 2'],
    ['by what one of them has', users(), groups(), sortBy('userName'), '3 5 1 2 4'],
    ['by what one of them has, descending', users(), groups(), sortBy('userName', true), '4 2 1 5 3'],
    ['by what has no index', users(), groups(), sortBy('title'), '5 1 2 3 4'],
    ['by a sub-attribute', users(), groups(), sortBy('emails.value'), '3 1 2 4 5'],
    ['by a time', users(), groups(), sortBy('meta.created'), '1 2 3 4 5'],
    ['with a filter on each', users('externalId eq "e"'), groups('externalId eq "e"'), undefined, '2 5'],
    ['with different filters', users('title pr'), groups('displayName eq "c"'), sortBy('displayName'), '1 4 5'],
    ['with a filter on one of them', users('userName sw "a"'), groups(), undefined, '2 3 4'],
    [
      'with filters that an index answers',
      users('emails.value eq "ada@example"'),
      groups('id eq "4"'),
      undefined,
      '3 4',
    ],
    ['with a filter that nothing matches', users('userName eq "nobody"'), groups('displayName eq "A"'), undefined, '2'],
  ];

  it.each(lists)('%s', async (_name, selection, other, sort, expected) => {
    const query = { ...selection, others: [other], ...(sort ? { sort } : {}), offset: 0, limit: 10 };
    const page = await reader.list(query);
    expect(page.resources.map(({ id }) => id).join(' ')).toBe(expected);
    expect(page.total).toBe(page.resources.length);
  });

  it.each(lists)('%s, page by page', async (_name, selection, other, sort, expected) => {
    const whole = expected.split(' ');
    const query = { ...selection, others: [other], ...(sort ? { sort } : {}) };
    for (const limit of [1, 2, 3]) {
      const byOffset: string[] = [];
      for (let offset = 0; offset < whole.length; offset += limit) {
        byOffset.push(...(await ids(reader, { ...query, offset, limit })));
      }
      const byPosition: string[] = [];
      let page = await reader.list({ ...query, offset: 0, limit });
      byPosition.push(...page.resources.map(({ id }) => id));
      while (page.next !== undefined) {
        page = await reader.list({ ...query, offset: 0, limit, after: page.next });
        expect(page.total).toBe(whole.length);
        byPosition.push(...page.resources.map(({ id }) => id));
      }
      expect([byOffset, byPosition]).toEqual([whole, whole]);
    }
  });

  it('have one total, also where nothing is shown', async () => {
    const totals = await Promise.all(
      [
        { ...users(), others: [groups()], offset: 0, limit: 0 },
        { ...users(), others: [groups()], offset: 5, limit: 3 },
        { ...users('title pr'), others: [groups()], offset: 9, limit: 1 },
        { ...users('title pr'), others: [groups('externalId pr')], offset: 0, limit: 1 },
      ].map(async (query) => (await reader.list(query)).total),
    );
    expect(totals).toEqual([5, 5, 4, 3]);
  });

  it('are empty for a tenant that has nothing', async () => {
    const page = await test.storage.directory('empty').list({ ...users(), others: [groups()], offset: 0, limit: 3 });
    expect(page).toEqual({ total: 0, resources: [], keys: [] });
  });
});

describe.each(storageKinds)('texts longer than 512 characters on $name', (kind) => {
  it('are in the order of what they begin with, and of their creation, by page as at once', async () => {
    const test = await kind.open();
    try {
      await addTenant(test.storage, 't');
      const beginning = fc.constantFrom('x'.repeat(511), 'x'.repeat(512), '漢'.repeat(512), '👩'.repeat(511), '');
      const titles = fc.sample(
        fc.tuple(beginning, fc.constantFrom('', 'a', 'b', '漢', '👩')).map((parts) => parts.join('')),
        { numRuns: 40, seed: 1 },
      );
      await test.storage.write('t', async (directory) => {
        for (const [index, title] of titles.entries()) await directory.insert(newUser(`u${100 + index}`, { title }));
      });
      const compared = (title: string): string => Array.from(title).slice(0, 512).join('');
      const inOrder = titles
        .map((title, index) => ({ id: `u${100 + index}`, key: Buffer.from(compared(title)) }))
        .sort((a, b) => a.key.compare(b.key))
        .map(({ id }) => id);
      const reader = test.storage.directory('t');
      const query = { ...users(), sort: sortBy('title'), offset: 0 };
      expect(await ids(reader, { ...query, limit: 100 })).toEqual(inOrder);
      const paged: string[] = [];
      let page = await reader.list({ ...query, limit: 3 });
      for (;;) {
        paged.push(...page.resources.map(({ id }) => id));
        if (page.next === undefined) break;
        page = await reader.list({ ...query, limit: 3, after: page.next });
      }
      expect(paged).toEqual(inOrder);
    } finally {
      await test.close();
    }
  });
});
