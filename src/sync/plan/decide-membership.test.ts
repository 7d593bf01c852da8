import { describe, expect, it } from 'vitest';
import type { Hold } from '../../model/hold.js';
import { decideMembership, type MembershipDifference, type Participant } from './decide-membership.js';

const participant = (id: string, given: Partial<Participant> = {}): Participant => ({
  id,
  name: `name of ${id}`,
  staged: { version: 1 },
  mirrored: true,
  line: undefined,
  hold: undefined,
  ...given,
});

const decided = (given: Partial<MembershipDifference>) =>
  decideMembership({
    kind: 'add',
    version: 4,
    group: participant('g', { staged: { version: 9 } }),
    member: participant('m'),
    hold: undefined,
    policyRevision: 2,
    now: '2026-11-24T12:00:00.000Z',
    ...given,
  });

const hold = (given: Partial<Hold>): Hold => ({
  subject: 'account',
  resourceId: 'm',
  by: 'eve',
  at: 'T',
  reason: 'on leave',
  ...given,
});

describe('the line of a membership', () => {
  it('names both, and uses its own version', () => {
    expect(decided({})).toMatchObject({
      kind: 'add',
      resourceId: 'g',
      memberId: 'm',
      name: 'name of g',
      memberName: 'name of m',
      stagedVersion: 4,
      dependsOn: [],
    });
  });

  it.each<[string, Partial<MembershipDifference>, readonly string[]]>([
    ['a group that comes new', { group: participant('g', { mirrored: false, line: { kind: 'create' } }) }, ['g']],
    ['a member that comes new', { member: participant('m', { mirrored: false, line: { kind: 'link' } }) }, ['m']],
    ['a member that is updated', { member: participant('m', { line: { kind: 'update' } }) }, []],
  ])('waits for %s', (_, given, dependsOn) => {
    expect(decided(given)).toMatchObject({ kind: 'add', dependsOn });
  });

  it.each<[string, Partial<Participant>]>([
    ['is not there', { mirrored: false }],
    ['is in conflict', { mirrored: false, line: { kind: 'conflict' } }],
    ['is held back', { mirrored: false, line: { kind: 'held' } }],
    ['is deleted', { line: { kind: 'delete' } }],
  ])('is none where one of both %s', (_, given) => {
    expect(decided({ group: participant('g', given) })).toBeUndefined();
    expect(decided({ kind: 'remove', member: participant('m', given) })).toBeUndefined();
  });

  it.each<[string, Partial<MembershipDifference>]>([
    [
      'it is held itself',
      { hold: hold({ subject: 'membership', resourceId: 'g', memberId: 'm', untilVersionMoves: 4 }) },
    ],
    ['its group is', { group: participant('g', { hold: hold({ subject: 'group', resourceId: 'g' }) }) }],
    ['its member is', { member: participant('m', { hold: hold({}) }) }],
    ['it is held until a later day', { hold: hold({ until: '2026-11-24T12:00:00.001Z' }) }],
  ])('is held where %s', (_, given) => {
    expect(decided(given)).toMatchObject({
      kind: 'held',
      would: 'add',
      sentence: expect.stringContaining('on leave') as string,
    });
  });

  it('is held no more when the version has moved', () => {
    const ended = hold({ subject: 'membership', resourceId: 'g', memberId: 'm', untilVersionMoves: 3 });
    expect(decided({ hold: ended })).toMatchObject({ kind: 'add' });
    expect(decided({ hold: hold({ until: '2026-11-24T12:00:00.000Z' }) })).toMatchObject({ kind: 'add' });
  });

  it('is not held because something else of its member was undone', () => {
    const undone = hold({ undoneRun: 'r1' });
    expect(decided({ member: participant('m', { hold: undone }) })).toMatchObject({ kind: 'add' });
  });
});
