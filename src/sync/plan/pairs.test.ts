import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mirrored, staged } from '../testing/plan.fixture.js';
import { pairsOf } from './pairs.js';

/** Pages of rows in the order of their ids. */
function paged<T>(rows: readonly T[], idOf: (row: T) => string, size: number, sizes: number[]) {
  return async (after: string | undefined): Promise<readonly T[]> => {
    const page = rows.filter((row) => after === undefined || idOf(row) > after).slice(0, size);
    sizes.push(page.length);
    return Promise.resolve(page);
  };
}

const ids = fc.uniqueArray(fc.integer({ min: 100, max: 130 }).map(String), { maxLength: 30 }).map((all) => all.sort());

it('staged resources and mirror are merged in the order of their ids, a page of each in memory at most', async () => {
  await fc.assert(
    fc.asyncProperty(ids, ids, fc.integer({ min: 1, max: 7 }), async (left, right, size) => {
      const sizes: number[] = [];
      const pairs = pairsOf(
        paged(
          left.map((id) => staged(id)),
          ({ id }) => id,
          size,
          sizes,
        ),
        paged(
          right.map((id) => mirrored(id)),
          ({ resourceId }) => resourceId,
          size,
          sizes,
        ),
        size,
      );
      const found: string[] = [];
      for await (const piece of pairs) {
        expect(piece.length).toBeLessThanOrEqual(2 * size);
        for (const { id, staged: one, mirror: other } of piece) {
          found.push(id);
          expect([one?.id, other?.resourceId]).toEqual([
            left.includes(id) ? id : undefined,
            right.includes(id) ? id : undefined,
          ]);
        }
      }
      expect(found).toEqual([...new Set([...left, ...right])].sort());
      expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
    }),
  );
});
