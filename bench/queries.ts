import { parseSort } from '../src/protocol/sort.js';
import { USER } from '../src/protocol/schemas/resource-types.js';
import { encodeCursor } from '../src/provisioning/resources/cursor.js';
import type { Storage } from '../src/storage/storage.js';
import { idOf, nameOf } from './directory.js';

/** A request whose time is taken. */
export interface Query {
  readonly what: string;
  readonly path: string;
  readonly body?: object;
  readonly parallel?: number;
}

/** The orders that an index has. */
export const ORDERS = ['id', 'userName', 'externalId', 'displayName', 'meta.created', 'meta.lastModified'];

const listed = (parameters: Readonly<Record<string, string>>): string =>
  `/Users?${new URLSearchParams(parameters).toString()}`;

const filtered = (filter: string, more: Partial<Query> = {}): Query => ({
  what: `\`${filter.length > 60 ? `${filter.slice(0, 60)}…` : filter}\``,
  path: listed({ filter }),
  ...more,
});

const root = (members: object): Pick<Query, 'path' | 'body'> => ({
  path: '/.search',
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...members },
});

/** What an index answers. */
export function lookUps(count: number): readonly Query[] {
  const middle = Math.floor(count / 2) + 1;
  return [
    filtered(`userName eq "${nameOf(middle)}"`),
    filtered('externalId eq "employee-4711"'),
    filtered(`emails.value eq "${nameOf(middle)}"`),
    filtered(`emails[type eq "work"].value eq "${nameOf(middle)}"`),
    filtered(`id eq "${idOf(middle)}"`),
    { what: '`POST /.search`, `externalId eq "employee-4711"`', ...root({ filter: 'externalId eq "employee-4711"' }) },
    { what: '`POST /.search`, first page by userName', ...root({ sortBy: 'userName' }) },
    { what: '`count=0`', path: listed({ count: '0' }) },
  ];
}

/** What every user has to be read for. */
export function scans(): readonly Query[] {
  const costly = Array.from({ length: 150 }, (_, index) => `addresses.locality co "none ${index}"`).join(' or ');
  return [
    filtered('title co "planner 99999"'),
    filtered('name.familyName sw "hal"'),
    filtered('active eq false'),
    filtered('not (emails pr)'),
    filtered('emails[type eq "work" and value ew "@fabrikam.example"]'),
    { what: 'sorted by title, without a filter', path: listed({ sortBy: 'title' }) },
    {
      what: 'sorted by name.familyName, behind 500,000',
      path: listed({ sortBy: 'name.familyName', startIndex: '500001' }),
    },
    { what: '`POST /.search`, `displayName co "verane 12"`', ...root({ filter: 'displayName co "verane 12"' }) },
    filtered(costly, { what: '150 terms `addresses.locality co …`' }),
    filtered(costly, { what: 'the same, 8 at a time', parallel: 8 }),
    {
      what: 'the last page by index, 16 at a time',
      path: listed({ sortBy: 'displayName', startIndex: '999901' }),
      parallel: 16,
    },
    { what: 'a page of 1,000, 8 at a time', path: listed({ count: '1000' }), parallel: 8 },
  ];
}

/** The pages of 100 at the start, in the middle and at the end of an order, by index and by cursor. */
export async function pages(
  storage: Storage,
  tenantId: string,
  count: number,
  sortBy: string,
): Promise<readonly string[]> {
  const starts = [0, Math.floor(count / 2), count - 100];
  const byIndex = starts.map((start) => listed({ sortBy, startIndex: String(start + 1) }));
  const byCursor = await Promise.all(
    starts.map(async (start) => listed({ sortBy, cursor: await cursorBehind(storage, tenantId, start, sortBy) })),
  );
  return [...byIndex, ...byCursor];
}

async function cursorBehind(storage: Storage, tenantId: string, start: number, sortBy: string): Promise<string> {
  if (start === 0) return '';
  const sort = parseSort(sortBy, undefined, [USER]);
  const { next } = await storage.directory(tenantId).list({ type: 'User', sort, offset: start - 1, limit: 1 });
  if (next === undefined) throw new Error(`nothing follows user ${start} by ${sortBy}`);
  return encodeCursor({ tenantId, types: ['User'], filter: undefined, sort, sortBy }, next);
}
