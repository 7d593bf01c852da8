import { describe, expect, it } from 'vitest';
import type { MirrorItem } from '../../model/mirror.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { StagedItem } from '../../model/resource.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { BARE_POLICY, content, mirrored, staged } from '../testing/plan.fixture.js';
import { compileMapping } from './attribute-mapping.js';
import { desiredAccount, desiredGroup, type Desired } from './desired.js';

const NOW = '2026-11-24T12:00:00.000Z';
const mapping = compileMapping({ title: 'jobTitle' }, USER);
const ANN = content('ann@example.com');

function desired(
  change: Partial<SyncPolicy>,
  stagedUser: StagedItem | undefined,
  mirror: MirrorItem | undefined,
): Desired {
  return desiredAccount(stagedUser, mirror, { policy: { ...BARE_POLICY, ...change }, mapping, now: NOW });
}

describe('what the backend is to have of a user', () => {
  const disabled = staged('ann', { active: false });
  const tombstone = staged('ann', {
    active: false,
    body: { userName: '0198c5a27d1e7c3a9f2b6a1d0e5b7c44ann@example.com', active: false },
  });
  const inactive = { ...ANN, active: false };
  const gone = (days: number): MirrorItem =>
    mirrored('ann', { missingSince: new Date(Date.parse(NOW) - days * 86_400_000).toISOString() });

  it.each<[string, Partial<SyncPolicy>, StagedItem | undefined, MirrorItem | undefined, Desired]>([
    ['an active user', {}, staged('ann'), undefined, { content: ANN }],
    [
      'an active user with attributes',
      {},
      staged('ann', { body: { title: 'Baker' } }),
      undefined,
      { content: { ...ANN, attributes: { jobTitle: 'Baker' } } },
    ],
    ['a disabled user that the backend never had', {}, disabled, undefined, {}],
    ['a disabled user', {}, disabled, mirrored('ann'), { content: inactive }],
    ['a disabled user, who is to be deleted', { deactivation: 'delete' }, disabled, mirrored('ann'), {}],
    [
      'a disabled user, who is to be left alone',
      { deactivation: 'ignore' },
      disabled,
      mirrored('ann'),
      { content: ANN },
    ],
    [
      'a disabled user, who is left alone but was deactivated before',
      { deactivation: 'ignore' },
      disabled,
      mirrored('ann', { content: inactive }),
      { content: inactive },
    ],
    [
      'a user in the recycle bin, by the former name',
      {},
      tombstone,
      mirrored('ann'),
      { content: inactive, tombstone: '0198c5a27d1e7c3a9f2b6a1d0e5b7c44ann@example.com' },
    ],
    ['nobody', {}, undefined, undefined, {}],
    ['a deleted user', {}, undefined, gone(0), {}],
    [
      'a deleted user in the grace period',
      { deleteGraceDays: 7 },
      undefined,
      gone(6),
      { content: inactive, deleteAfter: '2026-11-25T12:00:00.000Z' },
    ],
    ['a deleted user behind the grace period', { deleteGraceDays: 7 }, undefined, gone(7), {}],
    [
      'a deleted user in the grace period, where disabling is left alone',
      { deleteGraceDays: 7, deactivation: 'ignore' },
      undefined,
      gone(6),
      { content: ANN, deleteAfter: '2026-11-25T12:00:00.000Z' },
    ],
  ])('%s', (_, policy, stagedUser, mirror, expected) => {
    expect(desired(policy, stagedUser, mirror)).toEqual(expected);
  });
});

describe('what the backend is to have of a group', () => {
  it('has its displayName and its externalId', () => {
    const document = JSON.stringify({ displayName: 'Sales', externalId: 'g-1' });
    expect(desiredGroup({ ...staged('sales'), document })).toEqual({
      content: { name: 'Sales', active: true, attributes: { externalId: 'g-1' } },
    });
  });

  it('is nothing when the group is gone', () => {
    expect(desiredGroup(undefined)).toEqual({});
  });
});
