import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalText, sameResource } from './equality.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';

const rows: readonly (readonly [string, JsonObject, JsonObject, boolean])[] = [
  ['the order of names does not count', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, true],
  ['the order of values does not count', { a: [{ b: 1 }, { c: [1, 2] }] }, { a: [{ c: [2, 1] }, { b: 1 }] }, true],
  ['the number of equal values counts', { a: [1, 1] }, { a: [1] }, false],
  ['the type of a value counts', { a: 1 }, { a: '1' }, false],
  ['the case of a value counts', { a: 'x' }, { a: 'X' }, false],
  ['the place of a value counts', { a: 'x', b: 'y' }, { a: 'y', b: 'x' }, false],
  ['a name that looks like JSON is a name', { 'a":1,"b': 1 }, { a: 1, b: 1 }, false],
  ['what is missing counts', { a: 1 }, {}, false],
  ['a name in the place of another counts', { a: 1, b: 1 }, { a: 1, c: 1 }, false],
  ['the order within the only value does not count', { a: [[1, 2]] }, { a: [[2, 1]] }, true],
  ['zero has no sign', { a: 0 }, { a: -0 }, true],
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

const value = fc.letrec<{ any: JsonValue; array: readonly JsonValue[]; object: JsonObject }>((tie) => ({
  any: fc.oneof({ maxDepth: 2 }, fc.constantFrom('x', 'y', 1, true), tie('array'), tie('object')),
  array: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { maxKeys: 3, noNullPrototype: true }),
}));

it('says of any two values what their canonical texts say', () => {
  fc.assert(
    fc.property(value.object, value.object, (one, other) => {
      expect(sameResource(one, other)).toBe(canonicalText(one) === canonicalText(other));
    }),
    { numRuns: 500 },
  );
});

it('finds any value the same with its arrays and names in another order', () => {
  const reversed = (one: JsonValue): JsonValue => {
    if (isJsonArray(one)) return one.map(reversed).reverse();
    if (!isJsonObject(one)) return one;
    return Object.fromEntries(
      Object.entries(one)
        .map(([name, held]) => [name, reversed(held)] as const)
        .reverse(),
    );
  };
  fc.assert(
    fc.property(value.object, (one) => {
      expect(sameResource(one, { all: [] })).toBe(canonicalText(one) === '{"all":[]}');
      expect(sameResource({ all: one }, { all: reversed(one) })).toBe(true);
    }),
    { numRuns: 500 },
  );
});
