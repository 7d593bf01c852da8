import { describe, expect, it } from 'vitest';
import type { PlanLine } from '../../model/line.js';
import { lineKey, type LineIndex, type Warning } from '../../model/reviewing/plan-review.js';
import { content, trackedLine } from '../testing/plan.fixture.js';
import { Reviewer, type Surroundings } from './reviewer.js';
import type { Past } from './warnings.js';

const NEVER: Past = { failed: false, undone: false };
const AROUND: Surroundings = { accountsWith: new Map(), members: new Map(), groupLossShare: 0.3 };

const update = (...changes: PlanLine['changes']): Partial<PlanLine> => ({
  kind: 'update',
  before: content('ann'),
  after: content('ann'),
  changes,
});

const TITLE = { attribute: 'title', before: 'Trainee', after: 'Engineer' };

function reviewed(
  lines: readonly Partial<PlanLine>[],
  past: Past = NEVER,
  around: Partial<Surroundings> = {},
): LineIndex {
  const reviewer = new Reviewer();
  for (const [place, line] of lines.entries()) reviewer.add(trackedLine({ number: place + 1, ...line }), past);
  return reviewer.index({ ...AROUND, ...around });
}

describe('a person is warned of', () => {
  it.each<[string, Partial<PlanLine>, Partial<Past>, readonly Warning[]]>([
    ['nothing in a new account', { kind: 'create' }, {}, []],
    ['nothing in a new title', update(TITLE), {}, []],
    ['an account that is deleted', { kind: 'delete' }, {}, ['accountDeleted']],
    ['a group that is deleted', { kind: 'delete', subject: 'group' }, {}, ['groupDeleted']],
    ['an account that is deactivated', { kind: 'deactivate' }, {}, ['accountDeactivated']],
    ['a value that is blanked', update({ ...TITLE, after: null }), {}, ['valueBlanked']],
    ['no value that is set', update({ ...TITLE, before: null }), {}, []],
    [
      'no value of an account that is deleted',
      { kind: 'delete', changes: [{ ...TITLE, after: null }] },
      {},
      ['accountDeleted'],
    ],
    ['another userName', update({ attribute: 'userName', before: 'ann', after: 'anna' }), {}, ['userNameChanged']],
    ['a conflict', { kind: 'conflict', would: 'create' }, {}, ['conflict']],
    ['a link by name', { kind: 'link', needsConfirmation: true }, {}, ['linkUnconfirmed']],
    ['what the backend refused before', { kind: 'create' }, { failed: true }, ['failedBefore']],
    ['what was undone', { kind: 'create' }, { undone: true }, ['undoneBefore']],
    ['nothing that is held because it was undone', { kind: 'held', would: 'create' }, { undone: true }, []],
  ])('%s', (_, line, past, warnings) => {
    const { review } = reviewed([line], { ...NEVER, ...past });
    expect(review.warnings.map(({ warning }) => warning)).toEqual(warnings);
    expect(review.dangerous).toBe(warnings.length);
  });

  it.each([
    [3, 10, []],
    [4, 10, ['groupLoses']],
    [9, 9, []],
  ])('a group that loses %i of %i members', (removed, members, warnings) => {
    const lines = Array.from({ length: removed }, (_, place) => ({
      ...({ subject: 'membership', kind: 'remove', resourceId: 'g', memberId: `m${place}`, name: 'Wardens' } as const),
    }));
    const { review, numbers } = reviewed(lines, NEVER, { members: new Map([['g', members]]) });
    expect(review.warnings.map(({ warning }) => warning)).toEqual(warnings);
    expect(review.groupLosses).toEqual(members < 10 ? [] : [{ groupId: 'g', name: 'Wardens', members, removed }]);
    expect(numbers.get(lineKey.warning('groupLoses'))).toEqual(warnings.length === 0 ? undefined : [1, removed]);
  });

  it('how many members a group had that is deleted, and the first three of more', () => {
    const line = { kind: 'delete', subject: 'group', resourceId: 'g', name: 'Wardens' } as const;
    const { review } = reviewed([line, line, line, line], NEVER, { members: new Map([['g', 12]]) });
    expect(review.warnings).toMatchObject([
      {
        warning: 'groupDeleted',
        lines: 4,
        examples: [1, 2, 3].map((number) => ({ number, name: 'Wardens', members: 12 })),
      },
    ]);
  });

  it('one line once, however many reasons there are', () => {
    const line = update({ ...TITLE, after: null }, { attribute: 'userName', before: 'ann', after: 'anna' });
    expect(reviewed([line, { kind: 'create' }]).review).toMatchObject({ dangerous: 1, lines: 2 });
  });
});

describe('lines are alike', () => {
  const other = { ...TITLE, after: 'Manager' };
  it.each<[string, boolean, Partial<PlanLine>, Partial<PlanLine>]>([
    ['where each value changes alike', true, update(TITLE), { ...update(TITLE), name: 'ben', resourceId: 'ben' }],
    ['not where values differ', false, update(TITLE), update(other)],
    ['not where one changes more', false, update(TITLE), update(TITLE, { ...other, attribute: 'x' })],
    ['not of other kinds', false, update(TITLE), { ...update(TITLE), kind: 'reactivate' }],
    ['where accounts are new, whatever they have', true, { changes: [TITLE] }, { changes: [other] }],
    ['not where accounts and groups are new', false, {}, { subject: 'group' }],
    [
      'in the same group',
      true,
      { subject: 'membership', kind: 'add', memberId: 'a' },
      { subject: 'membership', kind: 'add', memberId: 'b' },
    ],
    [
      'not in another group',
      false,
      { subject: 'membership', kind: 'add' },
      { subject: 'membership', kind: 'add', resourceId: 'g' },
    ],
    [
      'not where they would be something else',
      false,
      { kind: 'held', would: 'delete' },
      { kind: 'held', would: 'create' },
    ],
  ])('%s', (_, alike, one, another) => {
    const { review, groups, numbers } = reviewed([one, another]);
    expect(groups.map(({ lines, first }) => [lines, first])).toEqual(alike ? [[2, [1, 2]]] : []);
    expect(review).toMatchObject({ groups: alike ? 1 : 0, alone: alike ? 0 : 2 });
    expect(numbers.get(lineKey.alone)).toEqual(alike ? [] : [1, 2]);
  });
});

it('changes are counted by attribute and by what they do, the most frequent first', () => {
  const mail = { attribute: 'mail', before: 'a@b', after: null };
  const { review, numbers } = reviewed(
    [update(TITLE, mail), update({ ...TITLE, before: null }), { kind: 'create', changes: [TITLE] }],
    NEVER,
    { accountsWith: new Map([['mail', 40]]) },
  );
  expect(review.attributes).toEqual([
    { attribute: 'title', set: 1, changed: 1, blanked: 0, accountsWith: 0 },
    { attribute: 'mail', set: 0, changed: 0, blanked: 1, accountsWith: 40 },
  ]);
  expect(numbers.get(lineKey.attribute('title', 'set'))).toEqual([2, 1]);
  expect(numbers.get(lineKey.change('blanked'))).toEqual([1, 1]);
});
