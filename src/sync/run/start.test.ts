import { describe, expect, it } from 'vitest';
import { newPlan } from '../../storage/testing/sync.fixture.js';
import { ConfirmationNeeded } from '../synchronization.js';
import { NO_GUARD } from '../testing/plan.fixture.js';
import { checkGuard } from './start.js';

const { counts } = newPlan('p');

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
      checkGuard(planOf(deactivate, deleted, mirrored), { ...NO_GUARD, number: 50, share: 0.2 }, confirm);
    };
    if (passes) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ name: 'ConfirmationNeeded', affected: deactivate + deleted }));
  });

  it('says the number that has to be named', () => {
    expect(() => {
      checkGuard(planOf(30, 21, 100), { ...NO_GUARD, number: 50 }, undefined);
    }).toThrow(
      new ConfirmationNeeded(
        51,
        'The plan deactivates 30 and deletes 21 of 100 accounts; confirm the number 51 to apply it.',
      ),
    );
  });
});
