import { expect, it } from 'vitest';
import { sameResource } from './equality.js';
import type { JsonObject } from './json.js';

const rows: readonly (readonly [string, JsonObject, JsonObject, boolean])[] = [
  ['the order of names does not count', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, true],
  ['the order of values does not count', { a: [{ b: 1 }, { c: [1, 2] }] }, { a: [{ c: [2, 1] }, { b: 1 }] }, true],
  ['the number of equal values counts', { a: [1, 1] }, { a: [1] }, false],
  ['the type of a value counts', { a: 1 }, { a: '1' }, false],
  ['the case of a value counts', { a: 'x' }, { a: 'X' }, false],
  ['the place of a value counts', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }, false],
  ['a name that looks like JSON is a name', { 'a":1,"b': 1 }, { a: 1, b: 1 }, false],
  ['what is missing counts', { a: 1 }, {}, false],
];

it.each(rows)('RFC 7643 §2.4: %s', (_, one, other, same) => {
  expect(sameResource(one, other)).toBe(same);
  expect(sameResource(other, one)).toBe(same);
});

it('compares 50,000 values in less than two seconds', () => {
  const values = Array.from({ length: 50_000 }, (_, n) => ({ value: `${n}` }));
  const start = process.cpuUsage().user;
  expect(sameResource({ a: values }, { a: values.toReversed() })).toBe(true);
  expect(process.cpuUsage().user - start).toBeLessThan(2_000_000);
});
