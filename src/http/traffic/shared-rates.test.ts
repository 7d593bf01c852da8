import { describe, expect, it } from 'vitest';
import { shareOf } from './shared-rates.js';

const RATE = { perSecond: 100, burst: 1_000 };

/**
 * What processes let in a second, report after report, of a tenant that asks each of them for so much.
 * @param asked by report, and then by process
 */
function letIn(asked: readonly (readonly number[])[]): readonly number[] {
  const processes = asked[0]?.length ?? 0;
  let lately = Array<number>(processes).fill(0);
  return asked.map((wanted) => {
    const total = lately.reduce((sum, one) => sum + one, 0);
    lately = wanted.map((one, index) => {
      const own = lately[index] ?? 0;
      return Math.min(one, shareOf(RATE, { processes, elsewhere: { t: total - own } }, 't', own).perSecond);
    });
    return lately.reduce((sum, one) => sum + one, 0);
  });
}

const repeated = (asked: readonly number[], times = 20) => Array.from({ length: times }, () => asked);

describe('the share of a process in the rate of a tenant', () => {
  it('is all of it where the process is alone', () => {
    expect(shareOf(RATE, { processes: 1, elsewhere: {} }, 't', 0)).toEqual(RATE);
  });

  it.each([1, 2, 3, 4, 8, 16])(
    'adds up to the rate where each of %i processes is asked for all it can give',
    (count) => {
      const all = letIn(repeated(Array<number>(count).fill(10_000)));
      expect(Math.max(...all)).toBeLessThanOrEqual(2 * RATE.perSecond);
      expect(all.at(-1)).toBeCloseTo(RATE.perSecond);
    },
  );

  it.each([2, 3, 4, 8, 16])('becomes all of it where one of %i processes gets every request', (count) => {
    const all = letIn(repeated([10_000, ...Array<number>(count - 1).fill(0)]));
    expect(all.at(-1)).toBeCloseTo(RATE.perSecond);
  });

  it.each([2, 4])('leaves Entra its 25 requests a second from the first on, at one of %i processes', (count) => {
    expect(letIn(repeated([25, ...Array<number>(count - 1).fill(0)]))).toEqual(Array<number>(20).fill(25));
  });

  it('stays within twice the rate where a tenant goes from process to process', () => {
    const asked = Array.from({ length: 20 }, (_, turn) => [0, 1, 2, 3].map((one) => (one === turn % 4 ? 10_000 : 1)));
    expect(Math.max(...letIn(asked))).toBeLessThanOrEqual(2 * RATE.perSecond);
    const all = Array.from({ length: 20 }, (_, turn) => Array<number>(4).fill(turn % 2 === 0 ? 1 : 10_000));
    expect(Math.max(...letIn(all))).toBeLessThanOrEqual(2 * RATE.perSecond);
  });

  it('allows bursts of twice the burst in all at most', () => {
    for (const processes of [1, 2, 3, 8]) {
      const { burst } = shareOf(RATE, { processes, elsewhere: {} }, 't', 0);
      expect(burst * processes).toBeLessThanOrEqual(2 * RATE.burst);
      expect(burst * processes).toBeGreaterThanOrEqual(RATE.burst);
    }
  });
});
