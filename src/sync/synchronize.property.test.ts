import fc from 'fast-check';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrackedLine } from '../model/line.js';
import type { MirrorItem, SyncMembership } from '../model/mirror.js';
import type { Plan } from '../model/plan.js';
import type { SyncPolicy } from '../model/policy.js';
import { addTenant, storageKinds, type TestStorage } from '../storage/testing/storage.fixture.js';
import { createSynchronization } from './create-synchronization.js';
import { RUN_TUNING } from './run/running.js';
import type { Synchronization } from './synchronization.js';
import { MemoryBackend } from './testing/memory-backend.fixture.js';
import { NO_GUARD } from './testing/plan.fixture.js';
import { companies, NOBODY, stage } from './testing/staged-company.fixture.js';

const policies: fc.Arbitrary<Partial<SyncPolicy>> = fc.record({
  deactivation: fc.constantFrom('deactivate', 'delete', 'ignore'),
  deleteGraceDays: fc.constantFrom(0, 0, 7),
  groups: fc.constantFrom(true, true, false),
  guard: fc.constant(NO_GUARD),
  attributes: fc.constantFrom({ title: 'jobTitle' }, {}),
});

/** What the mirror has, as far as the backend can tell. */
type Mirror = ReadonlyMap<string, unknown>;

describe.each(storageKinds)('synchronizing any company on $name', ({ name, open }) => {
  let test: TestStorage;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(async () => {
    await test.close();
  });

  async function mirrorOf(tenantId: string): Promise<Mirror> {
    const reader = test.storage.sync(tenantId);
    const items = [
      ...(await reader.mirror.page('User', undefined, 100)),
      ...(await reader.mirror.page('Group', undefined, 100)),
    ];
    const members = await reader.mirrorMemberships.page(undefined, 1_000);
    return new Map<string, unknown>([
      ...items.map(({ resourceId, content }: MirrorItem): [string, unknown] => [resourceId, content]),
      ...members.map((one: SyncMembership): [string, unknown] => [`${one.groupId} ${one.memberId}`, true]),
    ]);
  }

  async function apply(sync: Synchronization, tenantId: string, plan: Plan): Promise<string> {
    const { run, ended } = await sync.apply(tenantId, plan.id, { by: 'ada' });
    const status = await ended;
    expect(status).toMatchObject({ state: 'finished', counts: { left: 0, failed: 0 } });
    return run.id;
  }

  const linesOf = (sync: Synchronization, tenantId: string, plan: Plan): Promise<readonly TrackedLine[]> =>
    sync.lines(tenantId, plan.id, { limit: 1_000 });

  const synchronizing = (backend: MemoryBackend): Synchronization =>
    createSynchronization({
      storage: test.storage,
      backend,
      now: () => new Date(),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, batchSize: 3, pollMs: 1 },
    });

  const runs = name === 'SQLite' ? 40 : 8;

  it('leaves nothing but what is held, in conflict or in its grace period; undoing restores the mirror', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(companies, companies),
        fc.subarray(['u0', 'u1', 'g0']),
        fc.tuple(policies, policies),
        fc.boolean(),
        async ([first, second], held, [before, after], atomic) => {
          const tenantId = newId();
          await addTenant(test.storage, tenantId);
          const backend = new MemoryBackend(atomic);
          const sync = synchronizing(backend);
          await sync.setPolicy(tenantId, before, 'ada');
          await stage(test.storage, tenantId, NOBODY, first);
          await apply(sync, tenantId, (await sync.plan(tenantId, 'ada')).plan);

          await sync.setPolicy(tenantId, after, 'ada');
          await stage(test.storage, tenantId, first, second);
          for (const id of held) {
            const subject = id.startsWith('g') ? 'group' : 'account';
            await sync.hold(tenantId, { subject, resourceId: id }, { by: 'eve', reason: 'on leave' });
          }
          const was = await mirrorOf(tenantId);
          const { plan } = await sync.plan(tenantId, 'ada');
          const runId = await apply(sync, tenantId, plan);
          expect((await linesOf(sync, tenantId, plan)).filter(({ state }) => state === 'skipped')).toEqual([]);
          expect(await mirrorOf(tenantId)).toEqual(backendOf(backend));

          const next = await linesOf(sync, tenantId, (await sync.plan(tenantId, 'ada')).plan);
          expect(next.filter((line) => !isLeft(line))).toEqual([]);

          const undo = await sync.undo(tenantId, runId, 'ada');
          await apply(sync, tenantId, undo);
          const undone = (await linesOf(sync, tenantId, undo)).filter(({ state }) => state === 'applied');
          const is = await mirrorOf(tenantId);
          for (const line of undone) {
            // The policy may keep for a while what did not exist before: without access.
            const before = after.deleteGraceDays && isKept(line) ? line.after : was.get(keyOf(line));
            expect([keyOf(line), is.get(keyOf(line))]).toEqual([keyOf(line), before]);
          }
          expect(is).toEqual(backendOf(backend));

          const keys = undone.map(keyOf);
          const kept = await linesOf(sync, tenantId, (await sync.plan(tenantId, 'ada')).plan);
          expect(kept.filter((line) => keys.includes(keyOf(line)) && !isLeft(line))).toEqual([]);

          for (const { subject, resourceId, memberId } of undone) {
            const target = { subject, resourceId, ...(memberId === undefined ? {} : { memberId }) };
            if (!held.includes(resourceId)) await sync.release(tenantId, target, 'eve');
          }
          const released = await linesOf(sync, tenantId, (await sync.plan(tenantId, 'ada')).plan);
          expect(released.map(keyOf)).toEqual(expect.arrayContaining(keys));
        },
      ),
      { numRuns: runs },
    );
  }, 120_000);
});

/** What a plan may leave: somebody has to do something about it, or time has to pass. */
const isLeft = ({ kind }: TrackedLine): boolean => kind === 'held' || kind === 'conflict';

/** Whether a line undoes the creation of an account by deactivating it. */
const isKept = ({ kind, subject, sentence, after }: TrackedLine): boolean =>
  subject === 'account' && kind === 'deactivate' && sentence !== undefined && after?.active === false;

const keyOf = ({ resourceId, memberId }: TrackedLine): string =>
  memberId === undefined ? resourceId : `${resourceId} ${memberId}`;

function backendOf({ accounts, groups, memberships }: MemoryBackend): Mirror {
  return new Map<string, unknown>([
    ...[...accounts, ...groups].map(([id, { content }]): [string, unknown] => [id, content]),
    ...[...memberships].map((one): [string, unknown] => [one, true]),
  ]);
}
