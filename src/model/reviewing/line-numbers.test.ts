import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNumber, countNumbers, eachNumber, intersectionOf, numberAt, unionOf } from './line-numbers.js';

const sets = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((numbers) => numbers.sort((a, b) => a - b));

function rangesOf(numbers: readonly number[]): readonly number[] {
  const ranges: number[] = [];
  for (const number of numbers) addNumber(ranges, number);
  return ranges;
}

const listOf = (ranges: readonly number[], after?: number): readonly number[] => [...eachNumber(ranges, after)];

describe('line numbers as ranges', () => {
  it('take two numbers for lines that stand side by side', () => {
    expect(rangesOf([1, 2, 3, 7])).toEqual([1, 3, 7, 1]);
  });

  it('mean what sets of numbers mean', () => {
    fc.assert(
      fc.property(sets, sets, sets, fc.integer({ min: 0, max: 61 }), (a, b, c, after) => {
        const [left, right, third] = [a, b, c].map(rangesOf);
        if (left === undefined || right === undefined || third === undefined) return;
        expect(listOf(left)).toEqual(a);
        expect(countNumbers(left)).toBe(a.length);
        expect(listOf(left, after)).toEqual(a.filter((number) => number > after));
        expect(a.map((_, place) => numberAt(left, place))).toEqual(a);
        expect(numberAt(left, a.length)).toBeUndefined();
        expect(listOf(intersectionOf(left, right))).toEqual(a.filter((number) => b.includes(number)));
        const all = [...new Set([...a, ...b, ...c])].sort((x, y) => x - y);
        expect(unionOf([left, right, third])).toEqual(rangesOf(all));
      }),
    );
    expect(unionOf([])).toEqual([]);
  });
});
