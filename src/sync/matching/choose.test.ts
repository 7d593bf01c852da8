import { describe, expect, it } from 'vitest';
import type { Match } from '../../model/match.js';
import { chooseMatch } from './choose.js';

const named = (accountId: string, scimId?: string): Match => ({
  accountId,
  by: 'name',
  ...(scimId === undefined ? {} : { scimId }),
});
const ours = (accountId: string): Match => ({ accountId, by: 'scimId', scimId: 'ann' });

describe('the account that the backend has already', () => {
  it.each<[string, readonly Match[], object]>([
    ['none', [], { kind: 'create' }],
    ['one with our SCIM id', [ours('a-1')], { kind: 'link', accountId: 'a-1', needsConfirmation: false }],
    ['one with the userName', [named('a-1')], { kind: 'link', accountId: 'a-1', needsConfirmation: true }],
    ['one with the userName, which has our SCIM id', [named('a-1', 'ann')], { kind: 'link', needsConfirmation: false }],
    ['one with both', [named('a-1', 'ann'), ours('a-1')], { kind: 'link', accountId: 'a-1', needsConfirmation: false }],
    ['two with the userName', [named('a-1'), named('a-2')], { kind: 'conflict' }],
    ['two with our SCIM id', [ours('a-1'), ours('a-2')], { kind: 'conflict' }],
    ['one with our SCIM id, another with the userName', [ours('a-1'), named('a-2')], { kind: 'conflict' }],
    ['one with the userName, and the SCIM id of somebody else', [named('a-1', 'bob')], { kind: 'conflict' }],
  ])('%s', (_, matches, expected) => {
    expect(chooseMatch('ann', matches)).toMatchObject(expected);
  });

  it('is not decided by hints', () => {
    const hints = { externalId: 'e-1', email: 'ann@example.com' };
    expect(chooseMatch('ann', [{ ...named('a-1'), hints }])).toMatchObject({ needsConfirmation: true });
  });
});
