import { expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import { softDeletionMark, tombstoneOf } from './tombstone.js';

const ID = '0198c5a27d1e7c3a9f2b6a1d0e5b7c44';

const rows: readonly (readonly [string, JsonObject, string | undefined])[] = [
  ['a soft-deleted user', { userName: `${ID}ann@example.com`, active: false }, 'ann@example.com'],
  ['an object id in capitals', { userName: `${ID.toUpperCase()}ann@example.com`, active: false }, 'ann@example.com'],
  ['an active user of such a name', { userName: `${ID}ann@example.com`, active: true }, undefined],
  ['an inactive user', { userName: 'ann@example.com', active: false }, undefined],
  ['an object id alone', { userName: ID, active: false }, undefined],
  ['an object id with dashes', { userName: '0198c5a2-7d1e-7c3a-9f2b-6a1d0e5b7c44ann', active: false }, undefined],
];

it.each(rows)('%s', (_, user, formerName) => {
  expect(tombstoneOf(user)).toBe(formerName);
});

it('marks the write that gives the name, and no later one', () => {
  const [active, deleted] = [
    { userName: 'ann@example.com', active: true },
    { userName: `${ID}ann@example.com`, active: false },
  ];
  expect(softDeletionMark(undefined, deleted)).toEqual(['soft-deleted-name']);
  expect(softDeletionMark(active, deleted)).toEqual(['soft-deleted-name']);
  expect(softDeletionMark(deleted, { ...deleted, title: 'x' })).toEqual([]);
  expect(softDeletionMark(deleted, active)).toEqual([]);
});
