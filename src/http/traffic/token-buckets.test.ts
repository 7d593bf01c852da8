import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

const RATE = { perSecond: 10, burst: 30 };

function bucketsWithClock() {
  const clock = { now: 0 };
  return { clock, buckets: new TokenBuckets(() => clock.now) };
}

/** How many of so many requests get a token. */
function taken(buckets: TokenBuckets, key: string, requests: number): number {
  return Array.from({ length: requests }, () => buckets.take(key, RATE)).filter((wait) => wait === 0).length;
}

describe('a token bucket', () => {
  it('lets a burst in, and then its rate', () => {
    const { clock, buckets } = bucketsWithClock();
    expect(taken(buckets, 'a', 100)).toBe(30);
    for (let second = 1; second <= 5; second += 1) {
      clock.now = second * 1_000;
      expect(taken(buckets, 'a', 100)).toBe(10);
    }
  });

  it('never holds more than its burst, however long it rests', () => {
    const { clock, buckets } = bucketsWithClock();
    taken(buckets, 'a', 30);
    clock.now = 3_600_000;
    expect(taken(buckets, 'a', 100)).toBe(30);
  });

  it('says how long to wait, and keeps that word', () => {
    const { clock, buckets } = bucketsWithClock();
    taken(buckets, 'a', 30);
    const wait = buckets.take('a', RATE);
    expect(wait).toBeCloseTo(100);
    clock.now += wait;
    expect(buckets.take('a', RATE)).toBe(0);
  });

  it('is one for each key', () => {
    const { buckets } = bucketsWithClock();
    taken(buckets, 'a', 100);
    expect(taken(buckets, 'b', 100)).toBe(30);
  });

  it('is asked without a token being taken', () => {
    const { buckets } = bucketsWithClock();
    for (let turn = 0; turn < 100; turn += 1) expect(buckets.wait('a', RATE)).toBe(0);
    expect(taken(buckets, 'a', 100)).toBe(30);
  });

  it('is remembered for ten thousand keys, those that came last', () => {
    const { buckets } = bucketsWithClock();
    taken(buckets, 'kept', 100);
    for (let key = 0; key < 9_999; key += 1) buckets.take(`key ${key}`, RATE);
    expect(taken(buckets, 'kept', 100)).toBe(0);
    for (let key = 0; key < 10_000; key += 1) buckets.take(`other ${key}`, RATE);
    expect(taken(buckets, 'kept', 100)).toBe(30);
  });
});
