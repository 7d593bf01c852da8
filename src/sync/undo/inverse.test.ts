import { describe, expect, it } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import type { DraftLine } from '../plan/decide.js';
import { WAVES } from '../plan/waves.js';
import { content, trackedLine } from '../testing/plan.fixture.js';
import { inverseOf, type Current } from './inverse.js';

const OLD = content('ann@example.com', { attributes: { jobTitle: 'Baker' } });
const NEW = content('ann@new.example', { attributes: { jobTitle: 'Cook' } });
const OFF = { ...OLD, active: false };

function inverse(line: Partial<TrackedLine>, current: Partial<Current>): DraftLine {
  const now: Current = {
    content: undefined,
    accountId: 'a-1',
    isMember: false,
    version: 5,
    stagedDigest: undefined,
    policyRevision: 2,
    keepsAccounts: false,
    ...current,
  };
  return inverseOf(trackedLine({ state: 'applied', ...line }), 'run-1', now);
}

describe('the line that undoes another', () => {
  it.each<[string, Partial<TrackedLine>, Partial<Current>, Partial<DraftLine>]>([
    [
      'create: delete',
      { kind: 'create', after: OLD },
      { content: OLD },
      { kind: 'delete', before: OLD, accountId: 'a-1' },
    ],
    [
      'create: deactivate, where the policy keeps accounts',
      { kind: 'create', after: OLD },
      { content: OLD, keepsAccounts: true },
      { kind: 'deactivate', before: OLD, after: OFF, sentence: expect.stringContaining('grace period') as string },
    ],
    [
      'create of a group: delete, whatever the policy keeps',
      { subject: 'group', kind: 'create', after: OLD },
      { content: OLD, keepsAccounts: true, stagedDigest: 'abc' },
      { kind: 'delete', stagedDigest: 'abc' },
    ],
    [
      'update: the old values',
      { kind: 'update', before: OLD, after: NEW },
      { content: NEW },
      {
        kind: 'update',
        before: NEW,
        after: OLD,
        name: 'ann@example.com',
        changes: [
          { attribute: 'userName', before: 'ann@new.example', after: 'ann@example.com' },
          { attribute: 'jobTitle', before: 'Cook', after: 'Baker' },
        ],
      },
    ],
    [
      'deactivate: reactivate',
      { kind: 'deactivate', before: OLD, after: OFF },
      { content: OFF },
      { kind: 'reactivate' },
    ],
    [
      'reactivate: deactivate',
      { kind: 'reactivate', before: OFF, after: OLD },
      { content: OLD },
      { kind: 'deactivate' },
    ],
    [
      'add: remove',
      { subject: 'membership', kind: 'add', memberId: 'm' },
      { isMember: true },
      { kind: 'remove', memberId: 'm' },
    ],
    [
      'remove: add',
      { subject: 'membership', kind: 'remove', memberId: 'm' },
      { isMember: false },
      { kind: 'add', memberId: 'm' },
    ],
  ])('%s', (_, line, current, expected) => {
    expect(inverse(line, current)).toMatchObject({ stagedVersion: 5, policyRevision: 2, ...expected });
  });

  it.each<[string, Partial<TrackedLine>, Partial<Current>, string]>([
    ['a delete', { kind: 'delete', before: OLD }, {}, 'cannot be brought back'],
    ['a link', { kind: 'link', after: OLD }, { content: OLD }, 'cannot be undone'],
    ['what a later run has changed', { kind: 'update', before: OLD, after: NEW }, { content: OFF }, 'by a later run'],
    ['what a later run has deleted', { kind: 'create', after: OLD }, {}, 'by a later run'],
    [
      'a member that a later run has removed',
      { subject: 'membership', kind: 'add', memberId: 'm' },
      {},
      'by a later run',
    ],
  ])('is a conflict for %s', (_, line, current, sentence) => {
    expect(inverse(line, current)).toMatchObject({
      kind: 'conflict',
      would: line.kind,
      sentence: expect.stringContaining(sentence) as string,
    });
  });

  it('deletes groups behind memberships', () => {
    expect(inverse({ subject: 'group', kind: 'create', after: OLD }, { content: OLD })).toMatchObject({
      kind: 'delete',
      wave: WAVES.groupDeletes,
    });
  });
});
