import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints, compareValues } from './compare-values.js';

describe('the order of strings', () => {
  it('is that of their UTF-8 bytes', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', '\uFFFD', '\u{1F600}', '\uD7FF') }),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('has letters beyond 16 bits behind all others', () => {
    expect(compareCodePoints('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
    expect(['\u{1F600}', '\uFFFD'].sort()).toEqual(['\u{1F600}', '\uFFFD']);
  });
});

describe('the comparison of a value with that of a filter', () => {
  it.each([
    [2, 'gt', 1, true],
    [1, 'gt', 1, false],
    [1, 'ge', 1, true],
    [-1, 'lt', 0, true],
    [0.1, 'le', 0.1, true],
    [1e308, 'gt', -1e308, true],
    [10, 'gt', 9, true],
    [10, 'co', 1, false],
    [true, 'eq', true, true],
    [true, 'eq', false, false],
    [true, 'ne', false, true],
    [1, 'eq', '1', false],
    [1, 'ne', '1', true],
    [undefined, 'eq', 'a', false],
    [undefined, 'ne', 'a', true],
    [undefined, 'le', 'a', false],
  ] as const)('%j %s %j is %s', (value, operator, other, expected) => {
    expect(compareValues(value, operator, other)).toBe(expected);
  });
});
