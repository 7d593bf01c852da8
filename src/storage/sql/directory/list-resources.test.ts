import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery, Selection } from '../../../model/list.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import { parseSort } from '../../../protocol/sort.js';
import {
  analyze,
  openTestDatabase,
  seed,
  seededId,
  seedMembers,
  type OpenDatabase,
} from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { SlowLookUp, type Reads } from '../connections/database.js';
import { PlanCache } from '../query/plan-cache.js';
import { listResources } from './list-resources.js';

const users = (text: string): Selection => ({ type: 'User', filter: parseFilter(text, USER) });
const groups = (text: string): Selection => ({ type: 'Group', filter: parseFilter(text, GROUP) });
const sort = (sortBy: string) => ({ sort: parseSort(sortBy, undefined, [USER, GROUP]) });
const EVERY_GROUP: Selection = { type: 'Group' };

const COUNT = 20_000;

describe.each(storageKinds)('a list on $name is read by a', (kind) => {
  let test: OpenDatabase;
  const plans = new PlanCache();

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seed(test.database, 'User', COUNT);
    await seed(test.database, 'Group', 1000);
    for (const group of [1, 2, 3]) await seedMembers(test.database, seededId('g', group), 5000);
    await analyze(test.database);
  }, 120_000);
  afterAll(() => test.close());

  /** How a list is read in the end, and what it is asked of the database before. */
  async function kindsOf(query: Partial<ListQuery>): Promise<readonly string[]> {
    const { database } = test;
    const kinds: string[] = [];
    const reads: Reads = {
      lookup: (work, tenantId, budgetMs) => {
        kinds.push('lookup');
        return database.lookup(work, tenantId, budgetMs);
      },
      walk: (tenantId, work) => {
        kinds.push('walk');
        return database.walk(tenantId, work);
      },
      scan: (tenantId, work) => {
        kinds.push('scan');
        return database.scan(tenantId, work);
      },
    };
    const through = { reads, dialect: database.dialect, plans };
    await listResources(through, { tenantId: 't' }, { type: 'User', offset: 0, limit: 100, ...query });
    return kinds;
  }

  const kinds: readonly [string, string, Partial<ListQuery>][] = [
    ['lookup', 'without a filter', {}],
    ['lookup', 'by an order that an index has', sort('userName')],
    ['lookup', 'a little into it', { offset: 20_000 }],
    ['lookup', 'behind a position', { offset: 1e9, after: { key: 'a', id: 'a' } }],
    ['lookup', 'by what an index finds', users('userName eq "a" and title co "b"')],
    ['lookup', 'by what an index finds, however it is sorted', { ...users('emails.value eq "a"'), ...sort('title') }],
    ['lookup', 'behind all that an index finds', { ...users('userName eq "a"'), offset: 1e9 }],
    ['lookup', 'of both types by what an index finds', { ...users('userName eq "a"'), others: [groups('id eq "a"')] }],
    ['lookup', 'of both types', { others: [EVERY_GROUP], ...sort('userName') }],
    ['walk', 'far into it', { offset: 20_001 }],
    ['walk', 'beyond all numbers', { offset: Number.MAX_SAFE_INTEGER, ...sort('displayName') }],
    ['walk', 'far into one of both types', { ...users('id eq "a"'), others: [EVERY_GROUP], offset: 20_001 }],
    ['scan', 'by an order that no index has', sort('title')],
    ['scan', 'by what no index finds', users('title eq "a"')],
    // SQLite has an order by id to keep, and takes the index that has it.
    [kind.name === 'SQLite' ? 'scan' : 'lookup', 'by one or the other', users('userName eq "a" or externalId eq "b"')],
    ['scan', 'by one or the other, where no index finds one', users('userName eq "a" or title co "x"')],
    ['scan', 'by the groups of a user, which may have any number of members', users('groups.value eq "a"')],
    ['scan', 'by other members of the groups that have one', groups('members.value eq "a" and members.display co "x"')],
    ['lookup', 'by one member', groups('members.value eq "a"')],
    ['lookup', 'by a group and one member', groups('id eq "a" and members.value eq "b"')],
    ['scan', 'by what an index finds in one type only', { ...users('userName eq "a"'), others: [groups('id pr')] }],
    ['scan', 'far into what no index finds', { ...users('title eq "a"'), offset: 20_001 }],
  ];
  it.each(kinds)('%s: %s', async (kindOfRead, _what, query) => {
    expect((await kindsOf(query)).at(-1)).toBe(kindOfRead);
  });

  it('lookup without asking the database for its plan again, whatever the values and the page are', async () => {
    await kindsOf(users('userName eq "first" and nickName eq "b"'));
    expect(await kindsOf({ ...users('userName eq "other" and nickName eq "c"'), limit: 7 })).toEqual(['lookup']);
  });

  it('scan where a lookup takes too long, and by scans from then on', async () => {
    const filter = users('userName eq "slow" and locale eq "b"');
    const { database } = test;
    const tooSlow = (): Promise<never> => Promise.reject(new SlowLookUp(new Error('interrupted')));
    const reads: Reads = {
      lookup: (work, tenantId, budgetMs) => (budgetMs === undefined ? database.lookup(work, tenantId) : tooSlow()),
      walk: (tenantId, work) => database.walk(tenantId, work),
      scan: (tenantId, work) => database.scan(tenantId, work),
    };
    const query = { offset: 0, limit: 100, ...filter };
    const page = await listResources({ reads, dialect: database.dialect, plans }, { tenantId: 't' }, query);
    expect(page.total).toBe(0);
    expect(await kindsOf(filter)).toEqual(['scan']);
  });
});
