import { describe, expect, it } from 'vitest';
import { plainTitle, unproven, type TestOutcome } from './conformance-proof.js';

const FILE = 'src/http/conformance/put.test.ts';
const passed = (...titles: string[]): TestOutcome => ({ file: FILE, titles, state: 'passed' });
const test = { file: 'http/conformance/put', title: 'replaces' };

describe('a test that is named as proof', () => {
  const rows: readonly (readonly [string, readonly TestOutcome[], string | undefined])[] = [
    ['is one when it passed', [passed('PUT', 'replaces')], undefined],
    ['is none when it does not exist', [passed('PUT', 'replaces all')], 'there is no such test'],
    [
      'is none when it is in another file',
      [{ ...passed('replaces'), file: 'src/put.test.ts' }],
      'there is no such test',
    ],
    ['is none when it failed', [{ ...passed('replaces'), state: 'failed' }], 'failed (replaces)'],
    ['is none when it was skipped', [{ ...passed('PUT', 'replaces'), state: 'skipped' }], 'skipped (PUT › replaces)'],
    ['is none when it did not end', [{ ...passed('replaces'), state: 'pending' }], 'pending (replaces)'],
    [
      'may be a group of tests, which all must have passed',
      [passed('replaces', 'one'), { ...passed('replaces', 'two'), state: 'failed' }],
      'failed (replaces › two)',
    ],
    [
      'must have passed on each database',
      [passed("replaces on 'SQLite'", 'one'), { ...passed("replaces on 'PostgreSQL'", 'one'), state: 'failed' }],
      "failed (replaces on 'PostgreSQL' › one)",
    ],
  ];
  it.each(rows)('%s', (_does, outcomes, fault) => {
    const faults = fault === undefined ? [] : [`http/conformance/put › replaces: ${fault}`];
    expect(unproven([test], outcomes)).toEqual(faults);
  });
});

it.each([
  ["'a string is a string'", 'a string is a string'],
  ["lists on 'SQLite'", 'lists'],
  ["lists on 'PostgreSQL'", 'lists'],
  ["%s' and 'quotes", "%s' and 'quotes"],
  ["on 'SQLite'", "on 'SQLite'"],
])('the title %s is named as %s', (title, plain) => {
  expect(plainTitle(title)).toBe(plain);
});
