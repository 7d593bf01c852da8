import { describe, expect, it } from 'vitest';
import type { PlanLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import { newGroup, newUser } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { newLine, newMirrorItem } from '../../storage/testing/sync.fixture.js';
import { allApplied, plannedRuns } from '../testing/run.fixture.js';

/** A membership of a group of version 1, which a change moves to version 2. */
const MEMBER = { subject: 'membership', kind: 'add', stagedVersion: 2, wave: 2 } as const;

const joining = (...add: readonly string[]) => [{ kind: 'delta', clear: false, add, remove: [] }] as const;

const content = (name: string): SyncContent => ({ name, active: true, attributes: {} });

describe.each(storageKinds)('a run on $name', ({ open }) => {
  const at = plannedRuns(open);

  it('skips what has moved, is held, was not confirmed, or has not what it needs, and says so', async () => {
    await at.storage.writeSync(at.tenant, async (sync) => {
      await sync.mirror.put('User', [newMirrorItem('zed')]);
      await sync.holds.put([{ subject: 'account', resourceId: 'held', by: 'eve', at: 'today', reason: 'on leave' }]);
    });
    await at.planned(
      ['moved', 'held', 'unconfirmed', 'confirmed', 'namesake', 'fine'],
      [
        { resourceId: 'gone' },
        { ...MEMBER, resourceId: 'g', memberId: 'fine', name: 'Planning' },
        { ...MEMBER, resourceId: 'h', memberId: 'held', memberName: 'held' },
        { subject: 'group', resourceId: 'h', name: 'h', after: content('h'), wave: 1 },
      ],
    );
    await at.storage.writeSync(at.tenant, async (sync) => {
      const lines = await sync.lines.page('p', 0, 10);
      const changed = (number: number, given: Partial<PlanLine>) => newLine(number, { ...lines[number - 1], ...given });
      const link = { kind: 'link', needsConfirmation: true } as const;
      await sync.lines.replace(
        'p',
        [changed(3, link), changed(4, link), changed(5, { after: content('ZED') })].map(frozen),
      );
      await sync.lines.confirm('p', 4, 'ada');
    });
    await at.storage.write(at.tenant, async (directory) => {
      await directory.touch('User', 'moved', '2026-03-03T00:00:00.000Z');
      for (const id of ['g', 'h']) await directory.insert(newGroup(id));
      await directory.changeMembers('g', joining('fine'));
      await directory.changeMembers('h', joining('held'));
    });
    await at.redigest();
    expect(await at.apply()).toMatchObject({ counts: { left: 0, applied: 3, skipped: 7, failed: 0 } });
    expect(await at.states()).toEqual([
      'skipped: The user has changed since the plan was made. Make a new plan.',
      'skipped: Held by eve since today: on leave',
      'skipped: Nobody has confirmed the link.',
      'applied',
      'skipped: Another account of the backend still has the userName ZED.',
      'applied',
      'skipped: The user was deleted after the plan was made. Make a new plan.',
      'skipped: The backend does not have the group Planning.',
      'skipped: Held by eve since today: on leave',
      'applied',
    ]);
    expect((await at.actions()).filter((action) => action === 'line.skipped')).toHaveLength(7);
  });

  it('depends on what is staged of each membership and of the group itself, not on other members', async () => {
    await at.storage.write(at.tenant, async (directory) => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'x']) await directory.insert(newUser(id));
      for (const id of ['g', 'renamed']) await directory.insert(newGroup(id));
      await directory.changeMembers('g', joining('a', 'b', 'c'));
    });
    await at.storage.writeSync(at.tenant, async (sync) => {
      await sync.mirror.put(
        'User',
        ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => newMirrorItem(id)),
      );
      await sync.mirrorMemberships.add(['d', 'e', 'f'].map((memberId) => ({ groupId: 'g', memberId })));
    });
    const member = (kind: 'add' | 'remove', memberId: string) => ({ ...MEMBER, kind, resourceId: 'g', memberId });
    await at.plan([
      { subject: 'group', resourceId: 'g', name: 'g', after: content('g'), wave: 1 },
      { subject: 'group', resourceId: 'renamed', name: 'renamed', after: content('renamed'), wave: 1 },
      ...[member('add', 'a'), member('add', 'b'), member('add', 'c')],
      ...[member('remove', 'd'), member('remove', 'e')],
    ]);
    await at.storage.write(at.tenant, async (directory) => {
      await directory.changeMembers('g', joining('x', 'e'));
      await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: [], remove: ['b', 'c'] }]);
      await directory.touch('Group', 'g', '2026-03-03T00:00:00.000Z');
      await directory.changeMembers('g', joining('c'));
      await directory.touch('Group', 'g', '2026-03-03T00:00:00.000Z');
      await directory.update('Group', 'renamed', '2026-03-03T00:00:00.000Z', newGroup('other name').content);
    });
    await at.apply();
    expect(await at.states()).toEqual([
      'applied',
      'skipped: The group has changed since the plan was made. Make a new plan.',
      'applied',
      'skipped: The member was removed from the group after the plan was made. Make a new plan.',
      'skipped: The member was removed from the group and added again after the plan was made. Make a new plan.',
      'applied',
      'skipped: The member was added to the group again after the plan was made. Make a new plan.',
    ]);
  });

  it('takes the others of an atomic batch with a line that it skips', async () => {
    await at.planned(['ann', 'bob']);
    await at.storage.write(at.tenant, (directory) => directory.touch('User', 'bob', '2026-03-03T00:00:00.000Z'));
    await at.storage.writeSync(at.tenant, async (sync) => {
      const lines = await sync.lines.page('p', 0, 10);
      await sync.lines.replace(
        'p',
        lines.map((line) => frozen({ ...line, atomicGroup: 'a' })),
      );
    });
    await at.redigest();
    await at.apply();
    expect(at.backend.batches).toEqual([]);
    expect(await at.states()).toEqual([
      'skipped: It can only be applied together with line 2, which was skipped: The user has changed since the plan was made. Make a new plan.',
      'skipped: The user has changed since the plan was made. Make a new plan.',
    ]);
  });

  it('keeps the backend from being told what has been told otherwise, where it undoes, and holds what it undid', async () => {
    await at.storage.writeSync(at.tenant, (sync) =>
      sync.mirror.put('User', [newMirrorItem('ann'), newMirrorItem('bob')]),
    );
    const undo = { kind: 'update', stagedVersion: 4, after: content('before') } as const;
    await at.plan(
      [
        { ...undo, resourceId: 'ann', before: content('ann') },
        { ...undo, resourceId: 'bob', before: content('robert') },
      ],
      { undoes: 'r0' },
    );
    const status = await at.apply();
    expect(await at.states()).toEqual([
      'applied',
      'skipped: The backend has been told otherwise since. Make a new plan.',
    ]);
    expect(await at.storage.sync(at.tenant).holds.page(undefined, 10)).toMatchObject([
      {
        subject: 'account',
        resourceId: 'ann',
        reason: `undone in run ${status.id}`,
        untilVersionMoves: 4,
        undoneRun: 'r0',
      },
    ]);
    const [ann] = await at.storage.sync(at.tenant).mirror.page('User', undefined, 1);
    expect(ann).toMatchObject({ stagedVersion: 0, content: { name: 'before' } });
  });

  it("leaves a person's hold alone that came while the line was undone", async () => {
    await at.storage.writeSync(at.tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann')]));
    const held = { subject: 'account', resourceId: 'ann', by: 'eve', at: '2026-01-01', reason: 'on leave' } as const;
    await at.plan(
      [{ kind: 'update', stagedVersion: 4, resourceId: 'ann', before: content('ann'), after: content('before') }],
      { undoes: 'r0' },
    );
    at.backend.answer = async (batch) => {
      await at.storage.writeSync(at.tenant, (sync) => sync.holds.put([held]));
      return allApplied(batch);
    };
    await at.apply();
    expect(await at.states()).toEqual(['applied']);
    expect(await at.storage.sync(at.tenant).holds.page(undefined, 10)).toEqual([held]);
  });
});

/** A line without what has become of it. */
function frozen(line: PlanLine): PlanLine {
  const tracking = new Set(['state', 'confirmedBy', 'detail']);
  return newLine(line.number, Object.fromEntries(Object.entries(line).filter(([name]) => !tracking.has(name))));
}
