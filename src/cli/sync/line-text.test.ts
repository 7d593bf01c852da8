import { describe, expect, it } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import { lineName, lineText } from './line-text.js';

const MEMBERSHIP: TrackedLine = {
  number: 7,
  subject: 'membership',
  kind: 'add',
  resourceId: 'group',
  memberId: 'user',
  name: 'Wardens',
  memberName: 'ann',
  stagedVersion: 1,
  policyRevision: 0,
  changes: [],
  dependsOn: [],
  wave: 0,
  state: 'planned',
};
const ACCOUNT: TrackedLine = { ...MEMBERSHIP, subject: 'account', kind: 'delete', name: 'ann' };
const plain = (line: TrackedLine): string => lineText(line, (_style, text) => text);

describe('a line of a plan', () => {
  it.each<readonly [string, TrackedLine, string]>([
    ['says who comes into which group', MEMBERSHIP, '     7  add         membership  ann in Wardens'],
    [
      'says who leaves which group',
      { ...MEMBERSHIP, kind: 'remove' },
      '     7  remove      membership  ann from Wardens',
    ],
    ['says its outcome', { ...ACCOUNT, state: 'applied' }, '     7  delete      account  ann  [applied]'],
    [
      'says why it failed, in characters that a terminal shows',
      { ...ACCOUNT, state: 'failed', detail: 'No\u001b[2J' },
      '     7  delete      account  ann  [failed: No\\u001b[2J]',
    ],
    [
      'says until when it is held, and what it would be',
      {
        ...ACCOUNT,
        kind: 'held',
        would: 'delete',
        sentence: 'In its grace period.',
        heldUntil: '2026-12-01T00:00:00.000Z',
      },
      '     7  held        account  ann\n        In its grace period.\n        would be: delete\n        until: 2026-12-01T00:00:00.000Z',
    ],
  ])('%s', (_, line, text) => {
    expect(plain(line)).toBe(text);
  });

  it('has a short name', () => {
    expect(lineName({ ...MEMBERSHIP, name: 'A\u0007' })).toBe('line 7, add ann in A\\u0007');
  });
});
