import { describe, expect, it } from 'vitest';
import type { Guard } from '../../model/policy.js';
import type { PlanReview } from '../../model/reviewing/plan-review.js';
import { newPlan } from '../../storage/testing/sync.fixture.js';
import { ConfirmationNeeded } from '../synchronization.js';
import { NO_GUARD } from '../testing/plan.fixture.js';
import { checkGuard, guardReasons } from './guard.js';

const { counts } = newPlan('p');

const REVIEW: PlanReview = {
  ...{ lines: 900, dangerous: 0, warnings: [], attributes: [], groupLosses: [], groups: 0, alone: 900 },
};

const planOf = (deactivate: number, deleted: number, mirrored: number) =>
  newPlan('p', {
    mirrored,
    counts: { ...counts, accounts: { ...counts.accounts, update: 900, deactivate, delete: deleted } },
  });

describe('the guard, at 50 accounts or a share of 0.2,', () => {
  it.each<[number, number, number, number | undefined, boolean]>([
    [0, 0, 0, undefined, true],
    [1, 1, 2, undefined, true],
    [2, 1, 3, undefined, false],
    [2, 1, 15, undefined, true],
    [2, 2, 15, undefined, false],
    [25, 25, 1_000, undefined, true],
    [25, 26, 1_000, undefined, false],
    [25, 26, 1_000, 51, true],
    [25, 26, 1_000, 50, false],
    [25, 26, 1_000, 52, false],
    [1, 0, 1_000, 1, true],
    [1, 0, 1_000, 7, false],
  ])('%i deactivated and %i deleted of %i, confirmed %s: %s', (deactivate, deleted, mirrored, confirm, passes) => {
    const check = (): void => {
      const guard: Guard = { ...NO_GUARD, number: 50, share: 0.2 };
      checkGuard(planOf(deactivate, deleted, mirrored), REVIEW, {
        guard,
        ...(confirm === undefined ? {} : { confirm }),
      });
    };
    if (passes) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ name: 'ConfirmationNeeded', affected: deactivate + deleted }));
  });

  it('says the number that has to be named', () => {
    expect(() => {
      checkGuard(planOf(30, 21, 100), REVIEW, { guard: { ...NO_GUARD, number: 50 } });
    }).toThrow(
      new ConfirmationNeeded(
        51,
        'The plan deactivates 30 and deletes 21 of 100 accounts; confirm the number 51 to apply it.',
      ),
    );
  });
});

const GUARD: Guard = {
  number: 50,
  share: 0.2,
  blankedValues: 20,
  blankedShare: 0.05,
  deletedGroups: 1,
  groupLossShare: 0.3,
};

const blanks = (blanked: number, accountsWith: number, other = 0): Partial<PlanReview> => ({
  attributes: [
    { attribute: 'title', set: 9, changed: 9, blanked, accountsWith },
    { attribute: 'mail', set: 0, changed: 0, blanked: other, accountsWith: 1_000 },
  ],
});

const loses = (removed: number, members: number): Partial<PlanReview> => ({
  groupLosses: [{ groupId: 'g', name: 'Wardens', removed, members }],
});

describe('the guard of a policy that nobody has changed', () => {
  it.each<[string, Partial<PlanReview>, readonly string[]]>([
    ['19 blanked values of many', blanks(19, 1_000), []],
    ['20 blanked values', blanks(20, 1_000), ['blanks 20 values']],
    ['20 blanked values of two attributes', blanks(12, 1_000, 8), ['blanks 20 values']],
    ['two values of two', blanks(2, 2), []],
    ['a twentieth of the values', blanks(3, 60), []],
    ['more than a twentieth of the values', blanks(3, 59), ['blanks title of 3 of 59 accounts']],
    ['three members of ten', loses(3, 10), []],
    ['four members of ten', loses(4, 10), ['removes 4 of 10 members of "Wardens"']],
  ])('looks at %s', (_, given, reasons) => {
    expect(guardReasons(planOf(0, 0, 100), { ...REVIEW, ...given }, GUARD)).toEqual(reasons);
  });

  it('looks at a group that is deleted, and wants the number of people who lose access', () => {
    const plan = newPlan('p', { counts: { ...counts, groups: { ...counts.groups, delete: 1 } }, mirrored: 100 });
    const sentence =
      'The plan deactivates 0 and deletes 0 of 100 accounts, deletes 1 group; confirm the number 0 to apply it.';
    expect(() => {
      checkGuard(plan, REVIEW, { guard: GUARD });
    }).toThrow(new ConfirmationNeeded(0, sentence));
    expect(() => {
      checkGuard(plan, REVIEW, { guard: GUARD, confirm: 0 });
    }).not.toThrow();
  });
});
