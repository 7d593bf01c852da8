import { expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { membershipOf } from './membership.js';

const rows: readonly (readonly [string, JsonObject, unknown])[] = [
  ['none are kept as they are', {}, []],
  ['null empties the group', { members: null }, [{ kind: 'delta', clear: true, add: [], remove: [] }]],
  ['an empty array removes all', { members: [] }, [{ kind: 'delta', clear: true, add: [], remove: [] }]],
  [
    'they take the place of all',
    { members: [{ value: 'a' }, { value: 'a', $ref: null }, null] },
    [{ kind: 'delta', clear: true, add: ['a'], remove: [] }],
  ],
];

it.each(rows)('RFC 7644 §3.5.1: members in a body: %s', (_, body, steps) => {
  expect(membershipOf(body)).toEqual(steps);
});

it.each([
  { members: 'a' },
  { members: { value: 'a' } },
  { members: ['a'] },
  { members: [{}] },
  { members: [{ value: 5 }] },
])('refuses %j', (body) => {
  expect(() => membershipOf(body)).toThrow(expect.objectContaining({ scimType: 'invalidValue' }));
});

it('says which member has no id', () => {
  expect(() => membershipOf({ members: [{ value: 'a' }, null, {}] })).toThrow('"members[2]" takes an object');
});
