import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineSelection, PlanLine } from '../../../../model/line.js';
import { FINGERPRINT } from '../../../../model/reviewing/fingerprint.js';
import { lineKey, type LineIndex } from '../../../../model/reviewing/plan-review.js';
import type { SyncReader } from '../../../sync-store.js';
import { addTenant, storageKinds, type TestStorage } from '../../../testing/storage.fixture.js';
import { newLine, newPlan } from '../../../testing/sync.fixture.js';

const ID = '0198c5a1-5e20-7a63-b1d4-3c5e7f901a2b';

/** More lines than a piece of the index has ranges. */
const COUNT = 2_500;

const lineOf = (number: number): PlanLine =>
  newLine(
    number,
    number === 3 ? { subject: 'group', kind: 'update', resourceId: ID } : { kind: number % 2 ? 'update' : 'delete' },
  );

const LINES = Array.from({ length: COUNT }, (_, index) => lineOf(index + 1));

/** Every second line by itself. */
const EVEN = LINES.flatMap(({ number }) => (number % 2 === 0 ? [number, 1] : []));

const ODD_ACCOUNTS = LINES.flatMap(({ number }) => (number % 2 === 0 || number === 3 ? [] : [number, 1]));

const REVIEW = { lines: COUNT, dangerous: 3, warnings: [], attributes: [], groupLosses: [], groups: 3, alone: 0 };

const INDEX: LineIndex = {
  review: REVIEW,
  groups: [
    { signature: 'b', lines: 7, first: [4, 5, 6] },
    { signature: 'a', lines: 1_250, first: [2, 4, 6] },
    { signature: 'c', lines: 7, first: [1, 3] },
  ],
  numbers: new Map([
    [lineKey.group('a'), EVEN],
    [lineKey.kind('account', 'delete'), EVEN],
    [lineKey.kind('account', 'update'), ODD_ACCOUNTS],
    [lineKey.kind('group', 'update'), [3, 1]],
    [lineKey.warning('accountDeleted'), EVEN],
    [lineKey.warning('conflict'), [1, 2]],
    [lineKey.attribute('title', 'set'), [1, 1]],
    [lineKey.attribute('title', 'blanked'), [5, 3]],
    [lineKey.attribute('mail', 'blanked'), [9, 1]],
    [lineKey.change('blanked'), [5, 3, 9, 1]],
  ]),
  fingerprints: ['a'.repeat(FINGERPRINT), 'b'.repeat(FINGERPRINT)],
  names: LINES.map(({ number }) => (number === 2_400 ? 'zoë müller' : `user${number}`)),
};

describe.each(storageKinds)('the reviews of plans on $name', (kind) => {
  let test: TestStorage;
  let reader: SyncReader;

  beforeAll(async () => {
    test = await kind.open();
    await addTenant(test.storage, 't');
    reader = test.storage.sync('t');
    await test.storage.writeSync('t', async (sync) => {
      await sync.plans.insert(newPlan('p'));
      await sync.lines.insert('p', LINES);
      await sync.reviews.put('p', INDEX);
    });
  });
  afterAll(() => test.close());

  it('are read as they were stored, and stored twice without harm', async () => {
    await test.storage.writeSync('t', (sync) => sync.reviews.put('p', INDEX));
    expect(await reader.reviews.find('p')).toEqual(REVIEW);
    expect(await reader.reviews.find('q')).toBeUndefined();
    expect(await reader.reviews.numbers('p', lineKey.group('a'))).toEqual(EVEN);
  });

  it('have groups in pages, the largest first', async () => {
    const first = await reader.reviews.groups('p', undefined, 2);
    expect(first.map(({ signature, lines, first: numbers }) => [signature, lines, numbers])).toEqual([
      ['a', 1_250, [2, 4, 6]],
      ['c', 7, [1, 3]],
    ]);
    expect(await reader.reviews.groups('p', first[1], 2)).toMatchObject([{ signature: 'b' }]);
  });

  it.each<[LineSelection, number, readonly number[]]>([
    [{ group: 'a' }, 2_490, [2_492, 2_494, 2_496]],
    [{ group: 'none' }, 0, []],
    [{ change: { attribute: 'title' } }, 0, [1, 5, 6]],
    [{ change: { attribute: 'title', types: ['blanked'] } }, 5, [6, 7]],
    [{ change: { types: ['blanked'] } }, 6, [7, 9]],
    [{ warnings: ['conflict', 'accountDeleted'] }, 0, [1, 2, 4]],
    [{ warnings: ['conflict', 'accountDeleted'], kinds: ['update'] }, 0, [1]],
    [{ group: 'a', change: { attribute: 'title' } }, 0, [6]],
    [{ kinds: ['update'] }, 0, [1, 3, 5]],
    [{ subject: 'group' }, 0, [3]],
    [{ subject: 'account', kinds: ['update', 'delete'], states: ['failed'] }, 0, [2_000]],
    [{ group: 'a', states: ['failed'] }, 0, [2_000]],
    [{ search: 'ZOË' }, 0, [2_400]],
    [{ search: 'user24' }, 24, [240, 241, 242]],
    [{ search: ID.toUpperCase() }, 0, [3]],
    [{ search: 'nobody' }, 0, []],
  ])('select the lines %j behind %i', async (selection, after, numbers) => {
    await test.storage.writeSync('t', (sync) => sync.lines.settle('p', [{ number: 2_000, state: 'failed' }]));
    const lines = await reader.lines.page('p', after, 3, selection);
    expect(lines.map(({ number }) => number)).toEqual(numbers);
  });

  it('know the numbers of all lines that are selected', async () => {
    expect(await reader.lines.numbers('p', { group: 'a' })).toEqual(EVEN);
    expect(await reader.lines.numbers('p', { kinds: ['delete'] })).toEqual(EVEN);
    expect(await reader.lines.numbers('p', { warnings: ['conflict'], kinds: ['update'] })).toEqual([1, 1]);
  });
});
