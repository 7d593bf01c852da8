import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LineState, PlanLine, LineSelection } from '../../../model/line.js';
import { NO_COUNTS } from '../../../model/plan.js';
import { eachNumber } from '../../../model/reviewing/line-numbers.js';
import type { LineIndex } from '../../../model/reviewing/plan-review.js';
import type { SyncReader } from '../../sync-store.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { newLine, newPlan } from '../../testing/sync.fixture.js';

/** Every kind of member that a line may have. */
const FULL: PlanLine = newLine(1, {
  kind: 'link',
  accountId: 'acc-1',
  before: { name: 'Zoë', active: false, attributes: { mail: 'a"b\\c' } },
  changes: [{ attribute: 'active', before: false, after: true }],
  sentence: 'The backend has an account with this userName.',
  would: 'create',
  heldUntil: '2026-03-01T00:00:00.000Z',
  dependsOn: ['user9'],
  atomicGroup: 'swap-1',
  matches: [{ accountId: 'acc-1', by: 'name', hints: { email: 'a@b' } }],
  needsConfirmation: true,
});

const LINES: readonly PlanLine[] = [
  FULL,
  newLine(2, { kind: 'conflict', sentence: 'Two accounts have it.' }),
  newLine(3, { wave: 1 }),
  newLine(4),
  newLine(5, { kind: 'held', would: 'delete' }),
  newLine(6, { subject: 'group', kind: 'update', resourceId: 'g1', wave: 2 }),
  newLine(7, { subject: 'membership', kind: 'add', resourceId: 'g1', memberId: 'user1', memberName: 'Zoë', wave: 3 }),
  newLine(8, { subject: 'membership', kind: 'remove', resourceId: 'g1', memberId: 'user3', wave: 3 }),
];

const EMPTY_INDEX: LineIndex = {
  review: { lines: 8, dangerous: 0, warnings: [], attributes: [], groupLosses: [], groups: 0, alone: 8 },
  ...{ groups: [], numbers: new Map(), names: [], fingerprints: [] },
};

const numbersOf = (lines: Iterable<PlanLine>): readonly number[] => [...lines].map(({ number }) => number);

describe.each(storageKinds)('lines of plans on $name', (kind) => {
  let test: TestStorage;
  let reader: SyncReader;
  let planId: string;
  let plans = 0;

  beforeAll(async () => {
    test = await kind.open();
    await addTenant(test.storage, 't');
    reader = test.storage.sync('t');
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    planId = `plan-${(plans += 1)}`;
    await test.storage.writeSync('t', async (sync) => {
      await sync.plans.insert(newPlan(planId));
      await sync.lines.insert(planId, LINES);
    });
  });

  const settle = (
    numbers: readonly number[],
    state: 'applied' | 'skipped' | 'failed',
    detail?: string,
  ): Promise<void> =>
    test.storage.writeSync('t', (sync) =>
      sync.lines.settle(
        planId,
        numbers.map((number) => ({ number, state, ...(detail === undefined ? {} : { detail }) })),
      ),
    );

  it('are read as they were written, so that a digest stays the same', async () => {
    const lines = await reader.lines.page(planId, 0, 100);
    expect(lines).toStrictEqual(LINES.map((line) => ({ ...line, state: 'planned' })));
  });

  it('have attributes in the order in which they were written', async () => {
    const [line] = await reader.lines.page(planId, 0, 1);
    expect(JSON.stringify(line?.after)).toBe(JSON.stringify(FULL.after));
  });

  it('are read in pages', async () => {
    expect(numbersOf(await reader.lines.page(planId, 0, 3))).toEqual([1, 2, 3]);
    expect(numbersOf(await reader.lines.page(planId, 3, 3))).toEqual([4, 5, 6]);
    expect(await reader.lines.page(planId, 8, 3)).toEqual([]);
    expect(await reader.lines.page('other', 0, 3)).toEqual([]);
  });

  const selections: readonly [LineSelection, readonly number[]][] = [
    [{ subject: 'group' }, [6]],
    [{ kinds: ['conflict', 'held'] }, [2, 5]],
    [{ kinds: [] }, []],
    [{ states: ['sent', 'failed'] }, [3, 4]],
    [{ subject: 'account', kinds: ['create', 'add'], states: ['failed'] }, [4]],
    [{ subject: 'membership', states: ['failed'] }, []],
  ];

  it.each(selections)('are selected by %j', async (selection, numbers) => {
    await test.storage.writeSync('t', (sync) => sync.lines.markSent(planId, [3, 4]));
    await settle([4], 'failed', 'No.');
    expect(numbersOf(await reader.lines.page(planId, 0, 100, selection))).toEqual(numbers);
    expect(numbersOf(await reader.lines.page(planId, 3, 100, selection))).toEqual(
      numbers.filter((number) => number > 3),
    );
  });

  it.each(selections)('of an open plan are all planned: %j', async (selection) => {
    await test.storage.writeSync('t', (sync) => sync.plans.freeze(planId, { digest: '', counts: NO_COUNTS }));
    const { states, ...others } = selection;
    const without = numbersOf(await reader.lines.page(planId, 0, 100, others));
    const read = async (wanted: readonly LineState[]): Promise<readonly (readonly number[])[]> => [
      numbersOf(await reader.lines.page(planId, 0, 100, { ...others, states: wanted })),
      [...eachNumber(await reader.lines.numbers(planId, { ...others, states: wanted }))],
    ];
    expect(await read(['planned', 'failed'])).toEqual([without, without]);
    expect(await read(states ?? ['applied'])).toEqual([[], []]);
  });

  it('that were skipped or failed are selected beside what else is wanted', async () => {
    await test.storage.writeSync('t', async (sync) => {
      await sync.lines.markSent(planId, [3, 4, 7, 8]);
      await sync.reviews.put(planId, { ...EMPTY_INDEX, numbers: new Map([['kind:account:create', [3, 2]]]) });
    });
    await settle([3, 7], 'failed');
    await settle([4, 8], 'skipped');
    const of = async (selection: LineSelection): Promise<readonly (readonly number[])[]> => [
      numbersOf(await reader.lines.page(planId, 3, 100, selection)),
      [...eachNumber(await reader.lines.numbers(planId, selection))],
    ];
    expect(await of({ states: ['failed'] })).toEqual([[7], [3, 7]]);
    expect(await of({ states: ['failed', 'skipped'] })).toEqual([
      [4, 7, 8],
      [3, 4, 7, 8],
    ]);
    expect(await of({ states: ['skipped'], kinds: ['create'] })).toEqual([[4], [4]]);
  });

  it('that can be delivered come in the order of wave and number', async () => {
    const all: readonly LineState[] = ['planned', 'sent'];
    expect(numbersOf(await reader.lines.toDeliver(planId, undefined, 100, all))).toEqual([1, 4, 3, 6, 7, 8]);
    expect(numbersOf(await reader.lines.toDeliver(planId, { wave: 0, number: 4 }, 2, all))).toEqual([3, 6]);
    await test.storage.writeSync('t', (sync) => sync.lines.markSent(planId, [4, 7]));
    await settle([1], 'applied');
    expect(numbersOf(await reader.lines.toDeliver(planId, undefined, 100, ['sent']))).toEqual([4, 7]);
    expect(numbersOf(await reader.lines.toDeliver(planId, undefined, 100, all))).toEqual([4, 3, 6, 7, 8]);
  });

  it('are found by resource, but those of memberships', async () => {
    const accounts = await reader.lines.of(planId, 'account', ['user2', 'user4', 'g1', 'nobody']);
    expect([...accounts].map(([id, { number }]) => [id, number]).sort()).toEqual([
      ['user2', 2],
      ['user4', 4],
    ]);
    expect(numbersOf((await reader.lines.of(planId, 'group', ['g1', 'user2'])).values())).toEqual([6]);
    expect((await reader.lines.of(planId, 'account', [])).size).toBe(0);
  });

  it('are counted by what they came to, without those that cannot be delivered', async () => {
    expect(await reader.lines.counts(planId)).toEqual({ left: 6, applied: 0, skipped: 0, failed: 0 });
    await test.storage.writeSync('t', (sync) => sync.lines.markSent(planId, [1, 3, 4]));
    await settle([1, 3], 'applied');
    await settle([6], 'skipped', 'It has moved.');
    await settle([4], 'failed', 'No.');
    expect(await reader.lines.counts(planId)).toEqual({ left: 2, applied: 2, skipped: 1, failed: 1 });
    expect(await reader.lines.counts('other')).toEqual({ left: 0, applied: 0, skipped: 0, failed: 0 });
  });

  it('say why they were skipped or failed, each in its own way, and stay settled', async () => {
    await test.storage.writeSync('t', async (sync) => {
      await sync.lines.markSent(planId, [1, 3, 4]);
      await sync.lines.settle(planId, [
        { number: 1, state: 'applied' },
        { number: 3, state: 'failed', detail: 'The backend does not like it.' },
        { number: 4, state: 'skipped', detail: 'It has moved.' },
      ]);
      await sync.lines.markSent(planId, [1, 3, 4]);
      await sync.lines.settle(planId, [{ number: 1, state: 'failed', detail: 'Too late.' }]);
    });
    const lines = await reader.lines.page(planId, 0, 4);
    expect(lines.map(({ state, detail }) => [state, detail])).toEqual([
      ['applied', undefined],
      ['planned', undefined],
      ['failed', 'The backend does not like it.'],
      ['skipped', 'It has moved.'],
    ]);
  });

  it('are confirmed where they need that', async () => {
    const confirm = (number: number): Promise<boolean> =>
      test.storage.writeSync('t', (sync) => sync.lines.confirm(planId, number, 'grace'));
    expect([await confirm(1), await confirm(2), await confirm(99)]).toEqual([true, false, false]);
    const [first, second] = await reader.lines.page(planId, 0, 2);
    expect([first?.confirmedBy, second?.confirmedBy]).toEqual(['grace', undefined]);
  });

  it('are replaced with all that they are found by', async () => {
    const replaced = newLine(4, { kind: 'conflict', resourceId: 'other', wave: 5, subject: 'group' });
    await test.storage.writeSync('t', (sync) => sync.lines.replace(planId, [replaced, newLine(9)]));
    expect(await reader.lines.page(planId, 3, 1)).toEqual([{ ...replaced, state: 'planned' }]);
    expect((await reader.lines.of(planId, 'account', ['user4'])).size).toBe(0);
    expect((await reader.lines.of(planId, 'group', ['other'])).size).toBe(1);
    expect(numbersOf(await reader.lines.toDeliver(planId, undefined, 9, ['planned']))).toEqual([1, 9, 3, 6, 7, 8]);
  });

  it('are written and settled by the thousand', async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => newLine(index + 1));
    await test.storage.writeSync('t', (sync) => sync.lines.insert('large', lines));
    await test.storage.writeSync('t', (sync) => sync.lines.markSent('large', numbersOf(lines)));
    await test.storage.writeSync('t', (sync) =>
      sync.lines.settle(
        'large',
        numbersOf(lines).map((number) => ({ number, state: 'applied' })),
      ),
    );
    expect(await reader.lines.counts('large')).toEqual({ left: 0, applied: 2500, skipped: 0, failed: 0 });
    expect(
      (
        await reader.lines.of(
          'large',
          'account',
          lines.map(({ resourceId }) => resourceId),
        )
      ).size,
    ).toBe(2500);
  });
});
