import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bulkOrder, type Ordered } from './order.js';
import { growthOf } from '../../testing/own-time.fixture.js';

const create = (creates: string, ...needs: string[]): Ordered => ({
  creates,
  needs: new Set(needs),
  target: undefined,
});
const change = (target: string, ...needs: string[]): Ordered => ({ creates: undefined, needs: new Set(needs), target });

describe('the order of bulk operations (RFC 7644 §3.7)', () => {
  it.each<[string, readonly Ordered[], readonly (readonly number[])[]]>([
    ['is that of the request', [create('a'), change('x'), create('b')], [[0], [1], [2]]],
    ['is that of the request where references point back', [create('a'), create('b', 'a')], [[0], [1]]],
    ['makes an operation wait for what it refers to', [create('a', 'b'), create('b')], [[1], [0]]],
    ['lets others pass meanwhile', [create('a', 'b'), change('x'), create('b'), change('y')], [[1], [2], [0], [3]]],
    ['makes all wait that refer to one that waits', [create('a', 'b'), change('x', 'a'), create('b')], [[2], [0], [1]]],
    [
      'keeps the order on one resource',
      [change('x', 'a'), change('x'), change('y'), create('a')],
      [[2], [3], [0], [1]],
    ],
    ['keeps a circle together', [create('a', 'b'), change('x'), create('b', 'a')], [[1], [0, 2]]],
    ['keeps a reference to itself alone', [create('a', 'a'), create('b')], [[0], [1]]],
    ['puts a circle behind what it refers to', [create('a', 'b'), create('b', 'a', 'c'), create('c')], [[2], [0, 1]]],
    [
      'knows two circles apart',
      [create('a', 'b'), create('b', 'a'), create('c', 'd', 'a'), create('d', 'c')],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    ['ignores references to nothing', [create('a', 'nobody'), change('x', 'nobody')], [[0], [1]]],
  ])('%s', (_rule, operations, order) => {
    expect(bulkOrder(operations)).toEqual(order);
  });

  it('is found for any graph: all operations once, after those that they refer to, or together with them', () => {
    fc.assert(
      fc.property(graphs(), (needs) => {
        const operations = needs.map((targets, index) => create(String(index), ...targets.map(String)));
        const order = bulkOrder(operations);
        expect(order.flat().sort((one, other) => one - other)).toEqual([...needs.keys()]);
        for (const [turn, circle] of order.entries()) {
          const done = new Set(order.slice(0, turn + 1).flat());
          for (const index of circle) {
            expect(needs[index]?.every((target) => done.has(target))).toBe(true);
            expect(circle.every((other) => reaches(needs, index, other))).toBe(true);
          }
        }
      }),
    );
  });

  const chainOf = (length: number): ReturnType<typeof create>[] =>
    Array.from({ length }, (_, index) => create(String(index), String(index + 1)));

  it('is found for a chain and for a circle longer than the call stack is deep', () => {
    const chain = chainOf(20_000);
    expect(bulkOrder(chain).map(([index]) => index)).toEqual([...chain.keys()].reverse());
    const circle = chain.map((one, index) => (index === chain.length - 1 ? create(String(index), '0') : one));
    expect(bulkOrder(circle)).toEqual([[...chain.keys()]]);
  });

  it('is found in time linear in the number of operations', async () => {
    const [small, large] = [chainOf(2_000), chainOf(20_000)];
    expect(
      await growthOf(
        () => bulkOrder(small),
        () => bulkOrder(large),
      ),
    ).toBeLessThan(40);
  });
});

function graphs(): fc.Arbitrary<number[][]> {
  return fc
    .integer({ min: 1, max: 8 })
    .chain((size) =>
      fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
    );
}

/** Whether the references lead from one operation to another, or they are the same. */
function reaches(needs: readonly (readonly number[])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const index of seen) for (const next of needs[index] ?? []) seen.add(next);
  return seen.has(to);
}
