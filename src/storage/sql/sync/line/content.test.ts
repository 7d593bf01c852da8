import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, type PlanLine } from '../../../../model/line.js';
import type { SyncContent } from '../../../../model/mirror.js';
import { newLine } from '../../../testing/sync.fixture.js';
import { fromContent, toContent, type LineColumns } from './content.js';

const ID = '0190f3a0-0000-7000-8000-000000000001';

/** Values that are the same as others, that look like what stands for them, and names that look like letters. */
const values = fc.oneof(
  fc.constantFrom('ann@contoso.example', 'ann', 'Ann Lee', 'Ann', 'Lee', ID, '~', '~n', '~~d', '~u', '', '@'),
  fc.constantFrom<(boolean | null | number | string[])[]>(true, null, 7, ['b', 'a'], ['a', 'b']),
);
const names = fc.constantFrom(
  'displayName',
  'givenName',
  'familyName',
  'email',
  'd',
  'g',
  '.',
  '.d',
  'room',
  'externalId',
);
const contents: fc.Arbitrary<SyncContent> = fc.record(
  {
    name: fc.constantFrom('ann@contoso.example', 'ann', '@', '~n', ''),
    active: fc.boolean(),
    attributes: fc.dictionary(names, values, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);

const columnsOf = ({
  number,
  subject,
  kind,
  resourceId,
  memberId,
  wave,
  needsConfirmation,
}: PlanLine): LineColumns => ({
  ...{ number, subject, kind, resourceId, wave },
  ...(memberId === undefined ? {} : { memberId }),
  ...(needsConfirmation === undefined ? {} : { needsConfirmation }),
});

/** A line without what a created account has. */
function lineWith(given: Partial<PlanLine>): PlanLine {
  const { number, subject, kind, resourceId, name, stagedVersion, policyRevision, wave } = newLine(7);
  const line = { number, subject, kind, resourceId, name, stagedVersion, policyRevision, wave };
  return { ...line, changes: [], dependsOn: [], ...given };
}

const between = (before: SyncContent | undefined, after: SyncContent | undefined): Partial<PlanLine> => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
  changes: differences('account', before, after),
});

const ANN: SyncContent = { name: 'ann', active: true, attributes: { jobTitle: 'Cook', mails: ['a', 'b'] } };

describe('a line is stored in few characters and read as it was', () => {
  it('whatever the backend has and is to have', () => {
    const some = fc.option(contents, { nil: undefined });
    fc.assert(
      fc.property(some, some, (before, after) => {
        const line = lineWith({ kind: 'update', name: (after ?? before)?.name ?? 'x', ...between(before, after) });
        const read = fromContent(columnsOf(line), toContent(line));
        expect(read).toStrictEqual(line);
        expect(JSON.stringify(read.after)).toBe(JSON.stringify(after));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Partial<PlanLine>]>([
    ['changes that do not follow', { ...between(undefined, ANN), changes: [] }],
    ['another name', { ...between(ANN, ANN), name: 'anna' }],
    ['a conflict', { ...between(ANN, undefined), kind: 'conflict', would: 'update', sentence: 'x', changes: [] }],
    ['a link', { kind: 'link', accountId: ID, needsConfirmation: true, matches: [{ accountId: 'a', by: 'name' }] }],
    ['an account that looks like what stands for one', { accountId: '~u', ...between(undefined, ANN) }],
    ['what waits for others', { ...between(ANN, ANN), dependsOn: ['u9'], atomicGroup: 'g', wave: 3 }],
    ['somebody hired again', { formerId: ID, stagedDigest: 'd', heldUntil: '2026-03-01T00:00:00.000Z' }],
    ['a membership', { subject: 'membership', kind: 'add', memberId: 'm', memberName: 'ann', name: 'Sales' }],
  ])('%s', (_, given) => {
    const line = lineWith(given);
    expect(fromContent(columnsOf(line), toContent(line))).toStrictEqual(line);
  });

  it('says nothing twice', () => {
    const line = lineWith(between({ ...ANN, attributes: { ...ANN.attributes, jobTitle: 'Chef' } }, ANN));
    expect(JSON.parse(toContent({ ...line, name: 'ann' }))).toEqual({
      ...{ v: 1, p: 0 },
      is: ['ann', { j: 'Cook', mails: ['a', 'b'] }],
      was: { had: { j: 'Chef' } },
    });
  });

  it('and as an older version stored it', () => {
    const line = lineWith({ ...between(undefined, ANN), dependsOn: ['u9'] });
    expect(fromContent(columnsOf(line), JSON.stringify(line))).toEqual(line);
  });
});
