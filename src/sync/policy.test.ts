import { describe, expect, it } from 'vitest';
import { USER } from '../protocol/schemas/resource-types.js';
import type { SyncPolicy } from '../storage/sync-model.js';
import { changedPolicy, DEFAULT_POLICY } from './policy.js';

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

  it.each<[string, Partial<SyncPolicy>, string]>([
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
  ])('cannot have %s', (_, change, named) => {
    expect(() => changedPolicy(DEFAULT_POLICY, change, USER)).toThrow(named);
  });
});
