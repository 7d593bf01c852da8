import { describe, expect, it } from 'vitest';
import { progressOf, type Evidence } from './progress.js';

const NOW = new Date('2026-06-01T12:00:00.000Z');
const minutesAgo = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const NOTHING: Evidence = {
  ...{ lastCall: undefined, tested: undefined, people: [], users: 0, groups: 0 },
  ...{ refused: undefined, issued: undefined },
};
const ADA = { name: 'Ada', at: minutesAgo(40) };
const BEN = { name: 'Ben', at: minutesAgo(30) };

/** What arrived, and the steps that tick themselves by it. */
const STEPS: readonly (readonly [string, Partial<Evidence>, readonly string[]])[] = [
  ['nothing', {}, []],
  ['any call with a valid token', { lastCall: minutesAgo(1) }, ['2']],
  ['the test of the connection', { lastCall: minutesAgo(1), tested: minutesAgo(1) }, ['2', '3']],
  ['one person', { lastCall: minutesAgo(1), people: [ADA] }, ['2', '3', '6']],
  ['another person', { lastCall: minutesAgo(1), people: [ADA, BEN] }, ['2', '3', '6', '8']],
  ['quiet after that', { lastCall: minutesAgo(12), people: [ADA, BEN] }, ['2', '3', '6', '8', '9']],
];

const WARNINGS: readonly (readonly [string, Partial<Evidence>, string | undefined])[] = [
  ['the token was shown lately', { issued: minutesAgo(9) }, undefined],
  ['ten minutes have passed since', { issued: minutesAgo(10) }, 'No call has reached us.'],
  [
    'a mistyped token came',
    { issued: minutesAgo(20), refused: { at: minutesAgo(2), reason: 'mistyped' } },
    'A call with a mistyped token came at 11:58 UTC.',
  ],
  ['nobody arrives after the calls', { lastCall: minutesAgo(15) }, 'The latest call came at 11:45 UTC'],
  ['people arrived', { lastCall: minutesAgo(15), people: [ADA], users: 1 }, undefined],
];

describe('the steps of the setup page', () => {
  it.each(STEPS)('tick themselves by %s', (_what, evidence, ticked) => {
    expect(Object.keys(progressOf({ ...NOTHING, ...evidence }, {}, NOW).ticks)).toEqual(ticked);
  });

  it('stay ticked when the log has forgotten why', () => {
    const stored = { '1': minutesAgo(90), '3': minutesAgo(80), '8': minutesAgo(70) };
    expect(progressOf(NOTHING, stored, NOW).ticks).toEqual({ '2': stored['3'], ...stored });
  });

  it.each(WARNINGS)('warn where %s', (_what, evidence, sentence) => {
    const { warning } = progressOf({ ...NOTHING, ...evidence }, {}, NOW);
    if (sentence === undefined) expect(warning).toBeUndefined();
    else expect(warning).toContain(sentence);
  });

  it('say who arrived, how long a cycle takes, and when the next one begins', () => {
    const arrived = { people: [ADA, BEN], users: 312, groups: 9 };
    const during = progressOf({ ...NOTHING, ...arrived, lastCall: minutesAgo(2) }, {}, NOW).notes;
    expect([during.get(6), during.get(9)]).toEqual([
      'Ada arrived 11:20 UTC.',
      '312 people, 9 groups so far. Microsoft says that so many take 4 to 26 minutes; memberships count as well.',
    ]);
    const after = progressOf({ ...NOTHING, ...arrived, lastCall: minutesAgo(12) }, {}, NOW).notes;
    expect(after.get(9)).toBe('312 people, 9 groups, quiet for 12 min: seems finished; next call about 12:10 UTC.');
  });
});
