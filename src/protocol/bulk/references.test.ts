import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import { referenceOf, referencesIn, withReferences } from './references.js';
import { growthOf } from '../../testing/own-time.fixture.js';

const resolved = (data: JsonObject): JsonObject => withReferences(data, (bulkId) => `id of ${bulkId}`);

interface Case {
  readonly where: string;
  readonly data: JsonObject;
  readonly result: JsonObject;
  readonly needs: readonly string[];
}

const path = (text: string): JsonObject => ({ Operations: [{ op: 'remove', path: text }] });

const CASES: readonly Case[] = [
  {
    where: 'in members',
    data: { members: [{ value: 'bulkId:a' }, { value: 'bulkId:b', type: 'User' }, { value: 'c' }] },
    result: { members: [{ value: 'id of a' }, { value: 'id of b', type: 'User' }, { value: 'c' }] },
    needs: ['a', 'b'],
  },
  {
    where: 'as manager',
    data: { 'urn:x:User': { manager: { value: 'bulkId:a' } } },
    result: { 'urn:x:User': { manager: { value: 'id of a' } } },
    needs: ['a'],
  },
  { where: 'as a bare manager', data: { manager: 'bulkId:a' }, result: { manager: 'id of a' }, needs: ['a'] },
  {
    where: 'at the end of $ref',
    data: { members: [{ value: 'bulkId:a', $ref: '../Users/bulkId:a' }, { $REF: 'bulkId:b' }] },
    result: { members: [{ value: 'id of a', $ref: '../Users/id of a' }, { $REF: 'id of b' }] },
    needs: ['a', 'b'],
  },
  {
    where: 'as the value of a PATCH operation',
    data: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:a' }] }] },
    result: { Operations: [{ op: 'add', path: 'members', value: [{ value: 'id of a' }] }] },
    needs: ['a'],
  },
  {
    where: 'in a PATCH operation without path, in any case',
    data: { operations: [{ OP: 'Add', Value: { members: [{ value: 'bulkId:a' }] } }] },
    result: { operations: [{ OP: 'Add', Value: { members: [{ value: 'id of a' }] } }] },
    needs: ['a'],
  },
  {
    where: 'in the filter of a path',
    data: path('members[value eq "bulkId:a" or value eq "bulkId:b"]'),
    result: path('members[value eq "id of a" or value eq "id of b"]'),
    needs: ['a', 'b'],
  },
  {
    where: 'with escapes in the filter of a path',
    data: path('members[value eq "bulkId:\\"a\\u0062\\\\"]'),
    result: path('members[value eq "id of \\"ab\\\\"]'),
    needs: ['"ab\\'],
  },
  {
    where: 'with the names that every object has',
    data: { a: 'bulkId:constructor', b: 'bulkId:__proto__' },
    result: { a: 'id of constructor', b: 'id of __proto__' },
    needs: ['constructor', '__proto__'],
  },
  { where: 'without a name', data: { manager: 'bulkId:' }, result: { manager: 'id of ' }, needs: [''] },
];

describe('a reference to a bulkId (RFC 7644 §3.7.2)', () => {
  it.each(CASES)('is found and replaced $where', ({ data, result, needs }) => {
    expect([...referencesIn(data)]).toEqual(needs);
    expect(resolved(data)).toEqual(result);
  });

  it.each<[string, JsonObject]>([
    ['that does not begin with it', { displayName: 'see bulkId:a' }],
    ['in another case', { displayName: 'BULKID:a' }],
    ['in the middle of an address', { profileUrl: 'https://example.com/bulkId:a' }],
    ['that is a name', { 'bulkId:a': true }],
    ['outside the quotes of a path', path('bulkId:a[value eq "x bulkId:a"]')],
    ['within a string that only looks like one', path('members[value eq "\\"bulkId:a"]')],
    ['that a path does not close', path('members[value eq "bulkId:a')],
    ['that a path escapes wrongly', path('members[value eq "bulkId:\\q"]')],
  ])('is no text %s', (_where, data) => {
    expect([...referencesIn(data)]).toEqual([]);
    expect(resolved(data)).toBe(data);
  });

  it('is what a text begins with', () => {
    expect(['bulkId:a', 'bulkId:a/b c', 'x', 'bulkid:a', ''].map(referenceOf)).toEqual([
      'a',
      'a/b c',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['quotes', (length: number) => '"'.repeat(length)],
    ['backslashes', (length: number) => `"${'\\'.repeat(length + 1)}`],
  ])('is found in time linear in a path of %s', async (_what, text) => {
    const [small, large] = [path(text(20_000)), path(text(400_000))];
    expect(resolved(large)).toEqual(large);
    expect(
      await growthOf(
        () => resolved(small),
        () => resolved(large),
      ),
    ).toBeLessThan(60);
  });
});
