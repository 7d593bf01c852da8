import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../../protocol/schemas/attribute.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { parseSort } from '../../protocol/sort.js';
import { decodeCursor, encodeCursor, type CursorQuery } from './cursor.js';

const ID = '0198c5a2-7e02-7a44-b1c9-3d5e6f708192';
const OTHER_ID = '0198c5a2-7e02-7a44-b1c9-3d5e6f708193';
const INVALID = expect.objectContaining({ status: 400, scimType: 'invalidCursor' }) as Error;

const LEVELS = {
  id: 'urn:example:levels',
  name: 'Levels',
  description: 'Values of other types than text',
  attributes: [attribute('level', 'A number.', { type: 'decimal' }), attribute('flag', 'A flag.', { type: 'boolean' })],
};
const TYPE = { ...USER, extensions: [LEVELS] };

function query(given: Partial<CursorQuery> = {}): CursorQuery {
  const { sortBy } = given;
  const sort = sortBy === undefined ? undefined : parseSort(sortBy, undefined, [TYPE]);
  return { tenantId: 't', types: ['User'], filter: undefined, sortBy, sort, ...given };
}

const positions: readonly [string | undefined, string | number | null][] = [
  [undefined, ID],
  ['id', ID],
  ['userName', 'ada@contoso.example'],
  ['userName', null],
  ['userName', 'Ωμέγα 漢字 👩‍🚀 "quoted" \\ back'],
  ['meta.created', '2026-01-01T00:00:00.000Z'],
  ['urn:example:levels:level', -1.5],
  ['urn:example:levels:level', Number.MAX_VALUE],
  ['urn:example:levels:level', null],
  ['urn:example:levels:flag', 0],
  ['urn:example:levels:flag', 1],
];

describe('a cursor (RFC 9865 §2)', () => {
  it.each(positions)('of a list by %s stands for %j', (sortBy, key) => {
    const cursor = encodeCursor(query({ sortBy }), { key, id: ID });
    expect(decodeCursor(query({ sortBy }), cursor)).toEqual({ key, id: ID });
  });

  it('has unreserved characters of RFC 3986 only, whatever it stands for', () => {
    const key = fc.string({ unit: 'binary', maxLength: 512 });
    fc.assert(
      fc.property(key, (text) => {
        expect(encodeCursor(query({ sortBy: 'title' }), { key: text, id: ID })).toMatch(/^[\w-]+$/u);
      }),
    );
  });

  it('of the longest value that is sorted by is one', () => {
    const key = '漢'.repeat(512 * 3);
    const cursor = encodeCursor(query({ sortBy: 'title' }), { key, id: ID });
    expect(decodeCursor(query({ sortBy: 'title' }), cursor)).toEqual({ key, id: ID });
  });

  const others: readonly [string, CursorQuery][] = [
    ['another tenant', query({ tenantId: 'u', sortBy: 'userName', filter: 'title pr' })],
    ['another type', query({ types: ['Group'], sortBy: 'userName', filter: 'title pr' })],
    ['both types', query({ types: ['User', 'Group'], sortBy: 'userName', filter: 'title pr' })],
    ['another filter', query({ sortBy: 'userName', filter: 'title  pr' })],
    ['no filter', query({ sortBy: 'userName' })],
    ['another sortBy', query({ sortBy: 'displayName', filter: 'title pr' })],
    ['no sortBy', query({ filter: 'title pr' })],
    [
      'another sortOrder',
      query({ sortBy: 'userName', filter: 'title pr', sort: parseSort('userName', 'descending', [TYPE]) }),
    ],
  ];
  it.each(others)('is not one of %s', (_other, elsewhere) => {
    const cursor = encodeCursor(query({ sortBy: 'userName', filter: 'title pr' }), { key: 'ada', id: ID });
    expect(() => decodeCursor(elsewhere, cursor)).toThrow(INVALID);
  });

  const made = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const real = encodeCursor(query(), { key: ID, id: ID });
  const [, , , check] = JSON.parse(Buffer.from(real, 'base64url').toString()) as string[];
  const forged: readonly [string, string][] = [
    ['a word', 'x'],
    ['characters of base64', `${real}==`],
    ['characters outside base64url', `${real.slice(0, -1)}.`],
    ['a percent sign', '%'],
    ['a space at the end', `${real} `],
    ['cut off', real.slice(0, -4)],
    ['with more behind it', `${real}AAAA`],
    ['JSON of another kind', Buffer.from('{"id":1}').toString('base64url')],
    ['another position', made(1, OTHER_ID, OTHER_ID, check)],
    ['no check', made(1, ID, ID)],
    ['another check', made(1, ID, ID, 'AAAAAAAAAAAAAAAA')],
    ['another version', made(2, ID, ID, check)],
    ['more parts', made(1, ID, ID, check, 1)],
    ['white space in the JSON', Buffer.from(`[1, "${ID}","${ID}","${String(check)}"]`).toString('base64url')],
    ['an object as key', made(1, {}, ID, check)],
    ['an id that is none', made(1, ID, "' or 1=1 --", check)],
    ['very long', 'A'.repeat(1_000_000)],
  ];
  it.each(forged)('is not %s', (_what, cursor) => {
    expect(() => decodeCursor(query(), cursor)).toThrow(INVALID);
  });

  // Even with the right check, what the database cannot compare stays outside.
  const unfit: readonly [string | undefined, string | number | null][] = [
    [undefined, 5],
    ['userName', 5],
    ['userName', 'a\0b'],
    ['userName', '\ud800'],
    ['urn:example:levels:level', '5'],
    ['urn:example:levels:flag', 1.5],
    ['urn:example:levels:flag', 'true'],
  ];
  it.each(unfit)('of a list by %s cannot stand for %j', (sortBy, key) => {
    const cursor = encodeCursor(query({ sortBy }), { key, id: ID });
    expect(() => decodeCursor(query({ sortBy }), cursor)).toThrow(INVALID);
  });

  it('is refused when any character of it is another one', () => {
    const cursor = encodeCursor(query({ sortBy: 'userName' }), { key: 'ada', id: ID });
    const character = fc.constantFrom(
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
    );
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), character, (at, other) => {
        fc.pre(cursor[at] !== other);
        const altered = cursor.slice(0, at) + other + cursor.slice(at + 1);
        expect(() => decodeCursor(query({ sortBy: 'userName' }), altered)).toThrow(INVALID);
      }),
      { numRuns: 500 },
    );
  });
});
