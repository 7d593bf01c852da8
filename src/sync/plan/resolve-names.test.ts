import { describe, expect, it } from 'vitest';
import { content, trackedLine } from '../testing/plan.fixture.js';
import { fateOf, resolveNames, type Contested, type Fate } from './resolve-names.js';

/** `who` wants the name that `holder` has. */
function wants(who: string, holder: string, fate: Fate = 'frees'): Contested {
  return { resourceId: who, name: `name of ${holder}`, from: `name of ${who}`, holder: { resourceId: holder, fate } };
}

describe('accounts that want the userNames of others', () => {
  it('come behind the ones that free them', () => {
    const resolved = resolveNames([wants('a', 'b'), wants('b', 'c'), wants('d', 'c')], 0);
    expect(Object.fromEntries(resolved)).toEqual({
      a: { wave: 2, dependsOn: ['b'] },
      b: { wave: 1, dependsOn: ['c'] },
      d: { wave: 1, dependsOn: ['c'] },
    });
  });

  it.each<[string, Fate, string]>([
    ['keeps it', 'keeps', 'Rename one of the two'],
    ['is held', 'held', 'Release it'],
    ['is in conflict itself', 'conflict', 'Resolve that one first'],
    ['is in its grace period', { graceUntil: '2026-12-01T00:00:00.000Z' }, '2026-12-01'],
  ])('are in conflict where the holder %s, and so is whoever waits for them', (_, fate, sentence) => {
    const resolved = resolveNames([wants('a', 'b'), wants('b', 'c', fate)], 9);
    expect(resolved.get('b')).toEqual({ conflict: expect.stringContaining(sentence) as string });
    expect(resolved.get('a')).toEqual({ conflict: expect.stringContaining('Resolve that one first') as string });
  });

  const circle = [wants('tail', 'a'), wants('a', 'b'), wants('b', 'c'), wants('c', 'a')];

  it('go in one batch where names go round in a circle', () => {
    expect(Object.fromEntries(resolveNames(circle, 3))).toEqual({
      a: { wave: 0, dependsOn: [], atomicGroup: 'a' },
      b: { wave: 0, dependsOn: [], atomicGroup: 'a' },
      c: { wave: 0, dependsOn: [], atomicGroup: 'a' },
      tail: { wave: 1, dependsOn: ['a'] },
    });
  });

  it('are in conflict in a circle that the backend cannot take at once', () => {
    const resolved = resolveNames(circle, 2);
    for (const id of ['a', 'b', 'c', 'tail']) expect(resolved.get(id), id).toHaveProperty('conflict');
    expect(resolved.get('b')).toEqual({ conflict: expect.stringContaining('name of a becomes name of b') as string });
  });

  it('are found in long chains as well', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => wants(`u${n}`, `u${n + 1}`));
    const resolved = resolveNames(chain, 0);
    expect(resolved.get('u0')).toMatchObject({ wave: 20_000 });
    expect(resolved.get('u19999')).toMatchObject({ wave: 1 });
  });
});

describe('who gets a userName', () => {
  it.each<[string, Parameters<typeof fateOf>[1], Fate]>([
    ['nothing changes about the holder', undefined, 'keeps'],
    ['it is deleted', trackedLine({ kind: 'delete' }), 'frees'],
    ['it is renamed', trackedLine({ kind: 'update', after: content('other') }), 'frees'],
    ['it changes the case alone', trackedLine({ kind: 'update', after: content('ANN') }), 'keeps'],
    ['it is deactivated', trackedLine({ kind: 'deactivate', after: content('ann', { active: false }) }), 'keeps'],
    ['it is held', trackedLine({ kind: 'held', would: 'update', after: content('other') }), 'held'],
    ['it is in conflict', trackedLine({ kind: 'conflict', after: content('other') }), 'conflict'],
    [
      'its grace period begins',
      trackedLine({ kind: 'deactivate', after: content('ann'), heldUntil: 'T' }),
      { graceUntil: 'T' },
    ],
    ['its grace period runs', trackedLine({ kind: 'held', would: 'delete', heldUntil: 'T' }), { graceUntil: 'T' }],
  ])('%s', (_, holder, expected) => {
    expect(fateOf('ann', holder)).toEqual(expected);
  });
});
