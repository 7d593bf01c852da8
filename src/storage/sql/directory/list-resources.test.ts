import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import { parseSort } from '../../../protocol/sort.js';
import type { ListQuery, Page, Selection } from '../../../model/list.js';
import type { Reads } from '../connections/database.js';
import { listResources } from './list-resources.js';

const users = (text: string): Selection => ({ type: 'User', filter: parseFilter(text, USER) });
const groups = (text: string): Selection => ({ type: 'Group', filter: parseFilter(text, GROUP) });
const sort = (sortBy: string) => ({ sort: parseSort(sortBy, undefined, [USER, GROUP]) });
const EVERY_GROUP: Selection = { type: 'Group' };

/** How a list is read, without being read. */
async function kindOf(query: Partial<ListQuery>): Promise<unknown> {
  const read = (kind: string) => (): Promise<never> => Promise.reject(new Error(kind));
  const reads: Reads = { lookup: read('look-up'), walk: read('walk'), scan: read('scan') };
  const list = (): Promise<Page> =>
    listResources(reads, 'sqlite', { tenantId: 't' }, { type: 'User', offset: 0, limit: 100, ...query });
  return list().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : error),
  );
}

describe('a list is read by a', () => {
  const kinds: readonly [string, string, Partial<ListQuery>][] = [
    ['look-up', 'without a filter', {}],
    ['look-up', 'by an order that an index has', sort('userName')],
    ['look-up', 'a little into it', { offset: 20_000 }],
    ['look-up', 'behind a position', { offset: 1e9, after: { key: 'a', id: 'a' } }],
    ['look-up', 'by what an index finds', users('userName eq "a" and title co "b"')],
    ['look-up', 'by what an index finds, however it is sorted', { ...users('emails.value eq "a"'), ...sort('title') }],
    ['look-up', 'behind all that an index finds', { ...users('userName eq "a"'), offset: 1e9 }],
    ['look-up', 'of both types by what an index finds', { ...users('userName eq "a"'), others: [groups('id eq "a"')] }],
    ['look-up', 'of both types', { others: [EVERY_GROUP], ...sort('userName') }],
    ['walk', 'far into it', { offset: 20_001 }],
    ['walk', 'beyond all numbers', { offset: Number.MAX_SAFE_INTEGER, ...sort('displayName') }],
    ['walk', 'far into one of both types', { ...users('id eq "a"'), others: [EVERY_GROUP], offset: 20_001 }],
    ['scan', 'by an order that no index has', sort('title')],
    ['scan', 'by what no index finds', users('title eq "a"')],
    ['scan', 'by one or the other', users('userName eq "a" or externalId eq "b"')],
    ['scan', 'by what an index finds in one type only', { ...users('userName eq "a"'), others: [groups('id pr')] }],
    ['scan', 'far into what no index finds', { ...users('title eq "a"'), offset: 20_001 }],
  ];
  it.each(kinds)('%s: %s', async (kind, _what, query) => {
    expect(await kindOf(query)).toBe(kind);
  });
});
