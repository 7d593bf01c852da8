import { expect, it } from 'vitest';
import { NO_COUNTS, type PlanCounts } from '../storage/sync-model.js';
import { isApprovedBy } from './approval.js';
import { DEFAULT_POLICY } from './policy.js';

const ON = { ...DEFAULT_POLICY, autoApprove: true };

const accounts = (given: Partial<PlanCounts['accounts']>): PlanCounts => ({
  ...NO_COUNTS,
  accounts: { ...NO_COUNTS.accounts, ...given },
});
const memberships = (add: number, remove: number): PlanCounts => ({ ...NO_COUNTS, memberships: { add, remove } });

it.each<[string, PlanCounts, boolean]>([
  ['creates and updates', accounts({ create: 2, update: 1, unchanged: 9 }), true],
  ['new members', memberships(1, 0), true],
  ['what is held besides', accounts({ create: 1, held: 1 }), true],
  ['nothing', accounts({ unchanged: 9 }), false],
  ['what is held alone', accounts({ held: 1 }), false],
  ['a link', accounts({ create: 1, link: 1 }), false],
  ['a deactivation', accounts({ create: 1, deactivate: 1 }), false],
  ['a reactivation', accounts({ create: 1, reactivate: 1 }), false],
  ['a delete', accounts({ create: 1, delete: 1 }), false],
  ['a conflict', accounts({ create: 1, conflict: 1 }), false],
  ['a deleted group', { ...accounts({ create: 1 }), groups: { ...NO_COUNTS.groups, delete: 1 } }, false],
  ['a member that leaves', { ...accounts({ create: 1 }), memberships: { add: 0, remove: 1 } }, false],
])('a policy that approves creates and updates takes a plan of %s: %#', (_, counts, approved) => {
  expect(isApprovedBy(ON, counts)).toBe(approved);
  expect(isApprovedBy(DEFAULT_POLICY, counts)).toBe(false);
});
