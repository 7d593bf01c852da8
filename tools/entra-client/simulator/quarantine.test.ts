import { describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS, tooManyFailures, untilNextCycle } from './quarantine.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('failures are too many', () => {
  it.each([
    ['4 999 of 5 000 objects', 5_000, 4_999, 0, false],
    ['5 000 of 5 000 objects', 5_000, 5_000, 0, true],
    ['40 % of the objects', 12_500, 5_000, 0, false],
    ['more than 40 %', 12_499, 5_000, 0, true],
    ['40 000 of a million', 1_000_000, 40_000, 0, false],
    ['more than 40 000', 1_000_000, 40_001, 0, true],
    ['60 000 references alone', 1_000_000, 0, 60_000, false],
    ['more than 60 000 altogether', 1_000_000, 1, 60_000, true],
  ])('%s', (_what, objects, failedObjects, failedReferences, expected) => {
    expect(tooManyFailures({ objects, failedObjects, failedReferences }, DEFAULT_THRESHOLDS)).toBe(expected);
  });
});

describe('the next cycle comes', () => {
  it.each([
    ['after 40 minutes', undefined, 0, 40 * 60_000],
    ['6 hours after the first failure', 1, 0, 6 * HOUR],
    ['12 hours after the second', 2, 6 * HOUR, 12 * HOUR],
    ['daily from the third on', 3, DAY, 24 * HOUR],
    ['daily until four weeks are over', 29, 28 * DAY, 24 * HOUR],
    ['never after four weeks', 30, 28 * DAY + 1, undefined],
  ])('%s', (_when, cycles, now, expected) => {
    expect(untilNextCycle(cycles === undefined ? undefined : { since: 0, cycles, reason: '' }, now)).toBe(expected);
  });
});
