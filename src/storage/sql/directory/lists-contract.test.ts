import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery, Sort } from '../../../model/list.js';
import { findAttribute, findSubAttribute } from '../../../protocol/attribute-lookup.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { AttributeReference } from '../../../protocol/filter/tree.js';
import { attribute } from '../../../protocol/schemas/attribute.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import { searchForm } from '../../../protocol/search-form.js';
import type { DirectoryReader } from '../../storage.js';
import { newGroup, newUser } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';

const LEVELS = {
  id: 'urn:example:levels',
  name: 'Levels',
  description: 'Values of other types than text',
  attributes: [
    attribute('level', 'A number.', { type: 'decimal' }),
    attribute('flag', 'A boolean.', { type: 'boolean' }),
    attribute('words', 'Texts.', { multiValued: true }),
  ],
};
const TYPE = { ...USER, extensions: [...USER.extensions, LEVELS] };

function reference(path: string, urn?: string): AttributeReference {
  const [name = '', subName] = path.split('.');
  const found = findAttribute(TYPE, name, urn);
  if (!found) throw new Error(`No attribute ${path}`);
  const subAttribute = subName === undefined ? undefined : findSubAttribute(found.attribute, subName);
  return { ...found, ...(subAttribute ? { subAttribute } : {}) };
}

const ascending = (path: string, urn?: string): Sort => ({ by: reference(path, urn), descending: false });

/** Users in the order of their ids, each with what it is sorted by. */
const USERS = [
  {
    id: 'u1',
    userName: 'Dora',
    externalId: 'b',
    displayName: 'É',
    title: 'B',
    nickName: 'É',
    level: 10,
    flag: true,
    words: ['z', 'a'],
  },
  { id: 'u2', userName: 'carl', externalId: 'B', displayName: 'e', emails: ['x@a', 'a@z'], level: -1.5, words: ['b'] },
  { id: 'u3', userName: 'Bert', title: 'a', nickName: 'a', emails: ['b@b'], level: 9, flag: false },
  { id: 'u4', userName: 'adam', externalId: 'a', displayName: 'z', title: 'b', nickName: 'z' },
];

describe.each(storageKinds)('lists on $name', (kind) => {
  let test: TestStorage;
  let reader: DirectoryReader;
  const ids = async (query: Partial<ListQuery>): Promise<readonly string[]> =>
    (await reader.list({ type: 'User', offset: 0, limit: 100, ...query })).resources.map(({ id }) => id);

  beforeAll(async () => {
    test = await kind.open();
    await addTenant(test.storage, 't');
    await addTenant(test.storage, 'other');
    reader = test.storage.directory('t');
    await test.storage.write('t', async (directory) => {
      for (const { id, userName, emails = [], level, flag, words, ...given } of USERS) {
        const elements = emails.map((value, index) => ({ value, primary: index === 1 }));
        const levels = Object.fromEntries(
          Object.entries({ level, flag, words }).filter(([, value]) => value !== undefined),
        );
        const user = newUser(
          userName,
          { ...given, emails: elements },
          id,
          `2026-01-0${9 - Number(id.slice(1))}T00:00:00.000Z`,
        );
        const search = searchForm({ userName, ...given, emails: elements, [LEVELS.id]: levels }, TYPE);
        await directory.insert({ ...user, content: { ...user.content, search } });
      }
      await directory.insert(newGroup('u5'));
    });
    await test.storage.write('other', (directory) => directory.insert(newUser('aaron', { externalId: 'a' }, 'u0')));
  });
  afterAll(() => test.close());

  it('are in the order of the ids when nothing else is asked for', async () => {
    expect(await reader.list({ type: 'User', offset: 0, limit: 100 })).toMatchObject({
      total: 4,
      resources: [{ id: 'u1' }, { id: 'u2' }, { id: 'u3' }, { id: 'u4' }],
    });
  });

  // RFC 7644 §3.4.2.3: without a value last in ascending order; of several values the primary or the first.
  const orders: readonly [string, Sort, string][] = [
    ['userName', ascending('userName'), 'u4 u3 u2 u1'],
    ['externalId, whose case counts', ascending('externalId'), 'u2 u4 u1 u3'],
    ['displayName', ascending('displayName'), 'u2 u4 u1 u3'],
    ['meta.created', ascending('meta.created'), 'u4 u3 u2 u1'],
    ['meta.lastModified', ascending('meta.lastModified'), 'u4 u3 u2 u1'],
    ['id', ascending('id'), 'u1 u2 u3 u4'],
    ['a text without an index', ascending('title'), 'u3 u1 u4 u2'],
    ['emails, by their primary value', ascending('emails'), 'u2 u3 u1 u4'],
    ['emails.value', ascending('emails.value'), 'u2 u3 u1 u4'],
    ['a number', ascending('level', LEVELS.id), 'u2 u3 u1 u4'],
    ['a boolean', ascending('flag', LEVELS.id), 'u3 u1 u2 u4'],
    ['a multi-valued text, by its first value', ascending('words', LEVELS.id), 'u2 u1 u3 u4'],
    ['a text by its bytes', ascending('nickName'), 'u3 u4 u1 u2'],
    ['an attribute that no resource has', ascending('locale'), 'u1 u2 u3 u4'],
  ];

  it.each(orders)('are sorted by %s, both ways', async (_name, sort, expected) => {
    expect((await ids({ sort })).join(' ')).toBe(expected);
    const backwards = [...(await ids({ sort: { ...sort, descending: true } }))].reverse();
    expect(backwards.join(' ')).toBe(expected);
  });

  it.each(orders)('sorted by %s, page by position as by offset', async (_name, sort, expected) => {
    for (const order of [sort, { ...sort, descending: true }]) {
      const [byPosition, byOffset]: string[][] = [[], []];
      let page = await reader.list({ type: 'User', sort: order, offset: 0, limit: 1 });
      for (let offset = 0; ; offset += 1) {
        byPosition?.push(...page.resources.map(({ id }) => id));
        byOffset?.push(...(await ids({ sort: order, offset, limit: 1 })));
        expect(page.total).toBe(4);
        if (page.next === undefined) break;
        page = await reader.list({ type: 'User', sort: order, offset: 0, limit: 1, after: page.next });
      }
      const inOrder = order.descending ? expected.split(' ').reverse() : expected.split(' ');
      expect([byPosition, byOffset]).toEqual([inOrder, inOrder]);
    }
  });

  it('cannot be sorted by what is complex', async () => {
    const sorted = reader.list({ type: 'User', offset: 0, limit: 1, sort: ascending('name') });
    await expect(sorted).rejects.toThrow(/complex/);
  });

  const totals: readonly [string, Partial<ListQuery>, number, number][] = [
    ['a page', { offset: 1, limit: 2 }, 4, 2],
    ['the last page, filled', { offset: 2, limit: 2 }, 4, 2],
    ['a page behind the last', { offset: 4, limit: 2 }, 4, 0],
    ['no resources at all', { offset: 0, limit: 0 }, 4, 0],
    ['a filter', { filter: parseFilter('title eq "b"', USER) }, 2, 2],
    ['a page of a filter', { filter: parseFilter('title eq "b"', USER), offset: 1, limit: 1 }, 2, 1],
    ['a page behind the last of a filter', { filter: parseFilter('title eq "b"', USER), offset: 5, limit: 1 }, 2, 0],
    ['a filter that matches nothing', { filter: parseFilter('userName eq "aaron"', USER) }, 0, 0],
    ['groups', { type: 'Group', filter: parseFilter('displayName eq "U5"', GROUP) }, 1, 1],
  ];

  it.each(totals)('have the right total for %s', async (_name, query, total, shown) => {
    const page = await reader.list({ type: 'User', offset: 0, limit: 100, ...query });
    expect([page.total, page.resources.length]).toEqual([total, shown]);
  });

  it('are filtered and sorted at once', async () => {
    const filter = parseFilter('userName ne "carl" and meta.created gt "2026-01-05T00:00:00Z"', USER);
    expect(await ids({ filter, sort: ascending('externalId') })).toEqual(['u1', 'u3']);
  });
});
