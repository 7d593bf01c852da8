import { describe, expect, it } from 'vitest';
import type { Hold } from '../../model/hold.js';
import type { Match } from '../../model/match.js';
import { content, mirrored, staged } from '../testing/plan.fixture.js';
import { decide, type DraftLine, type Resource } from './decide.js';
import { WAVES } from './waves.js';

const ANN = content('ann@example.com', { attributes: { jobTitle: 'Baker' } });

function line(given: Partial<Resource>): DraftLine | undefined {
  return decide({
    subject: 'account',
    id: 'ann',
    staged: staged('ann', { version: 3 }),
    mirror: mirrored('ann', { content: ANN }),
    desired: { content: ANN },
    hold: undefined,
    matches: [],
    policyRevision: 2,
    now: '2026-11-24T13:00:00.000Z',
    ...given,
  });
}

const HOLD: Hold = {
  subject: 'account',
  resourceId: 'ann',
  by: 'eve',
  at: '2026-11-24T12:00:00.000Z',
  reason: 'on leave',
};
const BY_NAME: Match = { accountId: 'a-7', by: 'name' };

describe('the line of an account', () => {
  it('is none where both sides have the same', () => {
    expect(line({})).toBeUndefined();
    expect(line({ mirror: undefined, desired: {} })).toBeUndefined();
  });

  it.each<[string, Partial<Resource>, Partial<DraftLine>]>([
    [
      'create: the backend has nothing',
      { mirror: undefined },
      {
        kind: 'create',
        after: ANN,
        changes: [
          { attribute: 'userName', before: null, after: 'ann@example.com' },
          { attribute: 'active', before: null, after: true },
          { attribute: 'jobTitle', before: null, after: 'Baker' },
        ],
      },
    ],
    [
      'update: attribute by attribute',
      { desired: { content: { ...ANN, attributes: { room: '7' } } } },
      {
        kind: 'update',
        before: ANN,
        accountId: 'account-ann',
        changes: [
          { attribute: 'jobTitle', before: 'Baker', after: null },
          { attribute: 'room', before: null, after: '7' },
        ],
      },
    ],
    [
      'deactivate',
      { desired: { content: { ...ANN, active: false } } },
      { kind: 'deactivate', changes: [{ attribute: 'active', before: true, after: false }] },
    ],
    [
      'reactivate, with what has changed besides',
      { mirror: mirrored('ann', { content: { ...ANN, active: false, name: 'ann@old.example' } }) },
      {
        kind: 'reactivate',
        changes: [
          { attribute: 'userName', before: 'ann@old.example', after: 'ann@example.com' },
          { attribute: 'active', before: false, after: true },
        ],
      },
    ],
    ['delete', { staged: undefined, desired: {} }, { kind: 'delete', before: ANN, stagedVersion: 0 }],
    [
      'deactivate, at the beginning of a grace period',
      { staged: undefined, desired: { content: { ...ANN, active: false }, deleteAfter: '2026-12-01T00:00:00.000Z' } },
      { kind: 'deactivate', sentence: expect.stringContaining('2026-12-01') as string },
    ],
    [
      'held: deleted, and deactivated already',
      { staged: undefined, desired: { content: ANN, deleteAfter: '2026-12-01T00:00:00.000Z' } },
      { kind: 'held', would: 'delete', heldUntil: '2026-12-01T00:00:00.000Z' },
    ],
    [
      'held: with what it would be',
      { mirror: undefined, hold: HOLD },
      { kind: 'held', would: 'create', sentence: expect.stringContaining('on leave') as string },
    ],
    [
      'held: until the version moves',
      { mirror: undefined, hold: { ...HOLD, untilVersionMoves: 3 } },
      { kind: 'held', would: 'create' },
    ],
    [
      'not held any more: the version has moved',
      { mirror: undefined, hold: { ...HOLD, untilVersionMoves: 2 } },
      { kind: 'create' },
    ],
    [
      'link: by userName, which a person confirms',
      { mirror: undefined, matches: [BY_NAME] },
      { kind: 'link', accountId: 'a-7', needsConfirmation: true, matches: [BY_NAME] },
    ],
    [
      'conflict: the backend has two',
      { mirror: undefined, matches: [BY_NAME, { accountId: 'a-8', by: 'name' }] },
      { kind: 'conflict', would: 'create', sentence: expect.stringContaining('a-7, a-8') as string },
    ],
  ])('%s', (_, given, expected) => {
    expect(line(given)).toMatchObject({ subject: 'account', resourceId: 'ann', policyRevision: 2, ...expected });
  });

  it('does not ask for a confirmation where the backend has our SCIM id', () => {
    const found = line({ mirror: undefined, matches: [{ accountId: 'a-7', by: 'scimId', scimId: 'ann' }] });
    expect(found).toMatchObject({ kind: 'link', accountId: 'a-7' });
    expect(found).not.toHaveProperty('needsConfirmation');
  });

  it('neither order of members nor of elements counts', () => {
    const roles = (...names: string[]): Resource['desired'] => ({
      content: { ...ANN, attributes: { roles: names.map((value) => ({ value, type: 'x' })) } },
    });
    const { content: before } = roles('a', 'b');
    expect(before && line({ mirror: mirrored('ann', { content: before }), desired: roles('b', 'a') })).toBeUndefined();
  });
});

describe('the line of a group', () => {
  it.each<[string, Partial<Resource>, number]>([
    ['is created before memberships', { mirror: undefined }, WAVES.groups],
    ['is deleted behind them', { staged: undefined, desired: {} }, WAVES.groupDeletes],
  ])('%s', (_, given, wave) => {
    expect(line({ subject: 'group', ...given })).toMatchObject({ subject: 'group', wave });
  });
});
