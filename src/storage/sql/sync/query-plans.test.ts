import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanLine } from '../../../model/line.js';
import { limitPageSizes } from '../../page-size.js';
import { lineKey, type LineIndex } from '../../../model/reviewing/plan-review.js';
import type { SyncReader } from '../../sync-store.js';
import { seedId, seedName, seedSynchronization } from '../../testing/seed-synchronization.fixture.js';
import {
  analyze,
  explain,
  noteReads,
  openTestDatabase,
  type OpenDatabase,
  type Statement,
} from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { newAuditEntry, newLine, newPlan, newRun } from '../../testing/sync.fixture.js';
import { insertRows, type NewRow } from '../statements.js';
import { toPlanRow } from './plans.js';
import { toRunRow } from './runs.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const COUNT = 4000;
const [USER, GROUP, NAME] = [seedId('User', 2000), seedId('Group', 30), seedName('User', 2000)];
const POSITION = { groupId: GROUP, memberId: USER };

const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);
const idOf = (number: number): string => `id-${10_000 + number}`;

/** Every tenth line is a conflict. */
const lineOf = (number: number): PlanLine =>
  newLine(number, { resourceId: idOf(number), kind: number % 10 === 0 ? 'conflict' : 'update', wave: number % 3 });

/** Every line changes something of its own. */
const INDEX: LineIndex = {
  review: { lines: COUNT, dangerous: 0, warnings: [], attributes: [], groupLosses: [], groups: COUNT, alone: 0 },
  groups: numbers.map((number) => ({ signature: idOf(number), lines: number, first: [number] })),
  numbers: new Map(
    numbers.map((number) => [lineKey.attribute(number === 7 ? 'title' : idOf(number), 'set'), [number, 1]]),
  ),
  fingerprints: [],
  names: numbers.map(idOf),
};

/** Reads of a page far behind the first one. */
const PAGES: readonly [string, (reader: SyncReader) => Promise<unknown>][] = [
  ['staged', (reader) => reader.staged.page('User', USER, 50)],
  ['mirrored', (reader) => reader.mirror.page('User', USER, 50)],
  ['mirroredMemberships', (reader) => reader.mirrorMemberships.page(POSITION, 50)],
  ['holds', (reader) => reader.holds.page({ subject: 'account', resourceId: idOf(2000) }, 50)],
  ['plans', (reader) => reader.plans.latest(idOf(2000), 50)],
  ['runs', (reader) => reader.runs.latest(idOf(2000), 50)],
  ['audit', (reader) => reader.audit.page(idOf(2000), 50)],
  ['lines', (reader) => reader.lines.page('p', 2000, 50)],
  ['lines that are selected', (reader) => reader.lines.page('p', 2000, 50, { states: ['planned'] })],
  ['lines that failed', (reader) => reader.lines.page('p', 2000, 50, { states: ['failed'] })],
  ['groups of lines', (reader) => reader.reviews.groups('p', { lines: 2000, signature: '' }, 50)],
  ['lines by their names', (reader) => reader.lines.page('p', 2000, 50, { search: 'nobody' })],
  ['linesToDeliver', (reader) => reader.lines.toDeliver('p', { wave: 1, number: 2000 }, 50, ['planned', 'sent'])],
];

const DIFFERENCES: readonly [string, (reader: SyncReader) => Promise<unknown>][] = [
  ['membershipsToAdd', (reader) => reader.mirrorMemberships.toAdd(POSITION, 50)],
  ['membershipsToRemove', (reader) => reader.mirrorMemberships.toRemove(POSITION, 50)],
];

const LOOK_UPS: readonly [string, (reader: SyncReader) => Promise<unknown>][] = [
  ['stagedByIds', (reader) => reader.staged.byIds('User', [USER, seedId('User', 7)])],
  ['mirroredByIds', (reader) => reader.mirror.byIds('User', [USER, seedId('User', 7)])],
  ['mirroredByNames', (reader) => reader.mirror.byNames([NAME, seedName('User', 7)])],
  ['holdsOf', (reader) => reader.holds.of('account', [idOf(5), idOf(6)])],
  ['linesOf', (reader) => reader.lines.of('p', 'account', [idOf(5), idOf(6)])],
  ['findPlan', (reader) => reader.plans.find(idOf(5))],
  ['findRun', (reader) => reader.runs.find(idOf(5))],
  ['activeRun', (reader) => reader.runs.active()],
  ['review', (reader) => reader.reviews.find('p')],
  [
    'lines by what they change',
    (reader) => reader.lines.page('p', 0, 50, { change: { attribute: 'title', types: ['set'] }, states: ['planned'] }),
  ],
  ['lines of a kind', (reader) => reader.lines.page('p', 2000, 50, { kinds: ['conflict'], states: ['planned'] })],
  [
    'lines of a kind that failed',
    (reader) => reader.lines.page('p', 2000, 50, { kinds: ['conflict'], states: ['failed'] }),
  ],
  ['linesAbout', (reader) => reader.lines.about(idOf(5), undefined, 50)],
  ['members', (reader) => reader.mirrorMemberships.countsOf([GROUP, seedId('Group', 31)])],
  ['runCounts', (reader) => reader.lines.counts('p')],
];

/** What one tenant has. */
async function seedTenant({ storage, database, databaseUrl }: OpenDatabase, tenantId: string): Promise<void> {
  await seedSynchronization(databaseUrl, tenantId, { users: COUNT, groups: 60, members: 100, mirrored: true });
  await storage.writeSync(tenantId, async (sync) => {
    for (const planId of ['p', 'q']) {
      await sync.lines.insert(planId, numbers.map(lineOf));
      await sync.reviews.put(planId, INDEX);
    }
    await sync.audit.append(numbers.map((number) => newAuditEntry(idOf(number))));
  });
  const rows = (columns: (id: string) => object): readonly NewRow[] =>
    numbers.map((number) => ({ tenant_id: tenantId, ...columns(idOf(number)) }));
  const held = { subject: 'account', member_id: '', held_by: 'ada', at: '', reason: '' };
  await database.unit(async (session) => {
    await insertRows(
      session,
      'sync_holds',
      rows((id) => ({ ...held, resource_id: id })),
    );
    await insertRows(
      session,
      'sync_plans',
      rows((id) => toPlanRow(newPlan(id))),
    );
    await insertRows(
      session,
      'sync_runs',
      rows((id) => toRunRow(newRun(id, { state: 'finished' }))),
    );
  });
}

describe.each(storageKinds)('what synchronizing reads on $name', (kind) => {
  let test: OpenDatabase;
  let noted: Statement[];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seedTenant(test, 't');
    await analyze(test.database);
    noted = noteReads(test.database);
  }, 120_000);
  afterAll(() => test.close());

  async function plansOf(read: (reader: SyncReader) => Promise<unknown>): Promise<readonly string[]> {
    noted.length = 0;
    await read(test.storage.sync('t'));
    const statements = [...noted];
    expect(statements.length).toBeGreaterThan(0);
    return (await Promise.all(statements.map((statement) => explain(test.database, statement)))).flat();
  }

  /** No table is read as a whole, nor everything of the tenant: an index leads to what is wanted. */
  const whole = (line: string): boolean =>
    /SCAN (?!w\b|l\b|json_each|\d)/.test(line) || line.includes('Seq Scan') || wholeTenant(line);
  /** The index of the active runs has one of the tenant at most. */
  const wholeTenant = (line: string): boolean => /\(tenant_id=\?\)$/.test(line) && !line.includes('sync_runs_active');
  const sorts = (line: string): boolean =>
    line.includes('TEMP B-TREE') || /(?:-> {2}|^)(?:Incremental )?Sort /.test(line);
  /** Where the page begins is found in the index. */
  const seeks = (line: string): boolean =>
    line.includes('SEARCH') ? /[<>](?:\(\?,\?(?:,\?)?\)|\?)/.test(line) : /Index Cond: .* [<>] /.test(line);

  it.each([...PAGES, ...DIFFERENCES, ...LOOK_UPS])('is found by an index: %s', async (_name, read) => {
    const plan = await plansOf(read);
    expect(plan.filter(whole), plan.join('\n')).toEqual([]);
  });

  it.each(PAGES)('is in the order of an index, from where the page begins: %s', async (_name, read) => {
    const plan = await plansOf(read);
    expect(plan.filter(sorts), plan.join('\n')).toEqual([]);
    expect(plan.filter(seeks), plan.join('\n')).toHaveLength(1);
  });

  it.each(DIFFERENCES)('is compared from where the page begins: %s', async (_name, read) => {
    noted.length = 0;
    await read(test.storage.sync('t'));
    const statements = [...noted];
    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) {
      const plan = await explain(test.database, statement);
      expect(plan.filter(seeks), plan.join('\n')).toHaveLength(1);
    }
    // What is alike in both is not read out.
    expect(statements.map(({ rows }) => rows)).toEqual(
      statements.map((_, index) => (index < statements.length - 1 ? 1 : 0)),
    );
  });
});
