import { describe, expect, it } from 'vitest';
import { NO_COUNTS, type PlanCounts } from '../model/plan.js';
import { ENTERPRISE_USER_SCHEMA } from '../protocol/schemas/enterprise-user.js';
import { USER } from '../protocol/schemas/resource-types.js';
import { changedPolicy, DEFAULT_POLICY, isApprovedBy, type PolicyChange } from './policy.js';

describe('a policy', () => {
  it('keeps what is not changed', () => {
    expect(changedPolicy(DEFAULT_POLICY, { deleteGraceDays: 30 }, USER)).toEqual({
      ...DEFAULT_POLICY,
      deleteGraceDays: 30,
    });
  });

  it('can be changed to what it is', () => {
    expect(changedPolicy(DEFAULT_POLICY, DEFAULT_POLICY, USER)).toEqual(DEFAULT_POLICY);
  });

  it.each<[string, PolicyChange, string]>([
    ['half a day of grace', { deleteGraceDays: 0.5 }, 'deleteGraceDays'],
    ['a negative grace', { deleteGraceDays: -1 }, 'deleteGraceDays'],
    ['grace for ever', { deleteGraceDays: 366 }, 'deleteGraceDays'],
    ['a guard of half an account', { guard: { number: 0.5, share: 0.1 } }, 'guard.number'],
    ['a share in per cent', { guard: { number: 5, share: 20 } }, 'guard.share'],
    ['no share', { guard: { number: 5, share: NaN } }, 'guard.share'],
    ['a name that the account has already', { attributes: { title: 'userName' } }, 'userName'],
    ['a name that is no name', { attributes: { title: 'job title' } }, 'job title'],
    ['a name of a prototype', { attributes: { title: '__proto__' } }, '__proto__'],
    ['one name for two attributes', { attributes: { title: 'x', nickName: 'x' } }, 'two attributes'],
    ['an attribute that there is not', { attributes: { titel: 'x' } }, 'titel'],
    ...['id', 'meta.created', 'groups', 'groups.value', `${ENTERPRISE_USER_SCHEMA.id}:manager.displayName`].map(
      (path): [string, PolicyChange, string] => [
        `what is never staged: ${path}`,
        { attributes: { [path]: 'x' } },
        `pass on ${path}: it is never staged`,
      ],
    ),
    [
      'what stands under the URN of groups',
      { attributes: { 'urn:ietf:params:scim:schemas:core:2.0:Group:displayName': 'x' } },
      'Group:displayName',
    ],
  ])('cannot have %s', (_, change, named) => {
    expect(() => changedPolicy(DEFAULT_POLICY, change, USER)).toThrow(named);
  });
});

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
  expect(isApprovedBy(ON, { counts })).toBe(approved);
  expect(isApprovedBy(DEFAULT_POLICY, { counts })).toBe(false);
});

it('a policy does not approve creates that the backend could not be asked about, unless it says that it is not to be asked', () => {
  const plan = { counts: accounts({ create: 2 }), matching: { sent: 'nothing', asked: 0, notAsked: 2 } } as const;
  expect(isApprovedBy(ON, plan)).toBe(false);
  expect(isApprovedBy({ ...ON, matching: 'off' }, plan)).toBe(true);
});
