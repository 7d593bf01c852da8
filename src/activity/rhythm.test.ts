import { describe, expect, it } from 'vitest';
import { silenceOf } from './rhythm.js';

const at = (hour: number): string => new Date(Date.UTC(2026, 5, 1, hour)).toISOString();
const now = (hour: number): Date => new Date(Date.UTC(2026, 5, 1, hour));
const hourly = Array.from({ length: 10 }, (_, index) => at(index));

/** Three weeks in which somebody calls from nine to five, but not at the weekend: the first day is a Monday. */
const officeHours = Array.from({ length: 19 }, (_, day) => day)
  .filter((day) => day % 7 < 5)
  .flatMap((day) => Array.from({ length: 9 }, (_, hour) => at(day * 24 + 9 + hour)));

describe('a provisioning client', () => {
  it.each([
    ['calls on', hourly, 10],
    ['pauses for three hours', hourly, 13],
    ['has called in four hours only', hourly.slice(0, 4), 100],
    ['never called', [], 100],
    ['has the night off', officeHours, 18 * 24 + 24 + 8],
    ['has the weekend off', officeHours, 21 * 24 + 8],
  ])('is not silent when it %s', (_what, hours, hour) => {
    expect(silenceOf(hours, now(hour))).toBeUndefined();
  });

  it('is silent after three usual pauses, but for one that was an exception', () => {
    expect(silenceOf(hourly, now(14))).toEqual({ since: at(9), usualHours: 1 });
    const afterAnOutage = [...hourly, ...Array.from({ length: 5 }, (_, index) => at(60 + index))];
    expect(silenceOf(afterAnOutage, now(69))).toEqual({ since: at(64), usualHours: 1 });
  });

  it('is silent after a weekend that does not end', () => {
    expect(silenceOf(officeHours, now(23 * 24))).toBeDefined();
  });
});
