import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewActivity } from '../../../model/activity/entry.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { selectRows } from '../connections/database.js';
import { openDatabase } from '../open-storage.js';

const DAY = '2026-11-28T';

/** The id of a moment of that day. */
const idAt = (time: string, number = 0): string => {
  const hex = Date.parse(`${DAY}${time}Z`).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(number).padStart(12, '0')}`;
};

const entry = (time: string, given: Partial<NewActivity> = {}): NewActivity => ({
  id: idAt(time),
  at: `${DAY}${time}.000Z`,
  requestId: `r-${time}`,
  source: 'entra',
  operation: 'user.lookup',
  status: 200,
  outcome: 'ok',
  durationUs: 1_500,
  count: 1,
  changed: [],
  ignored: [],
  rules: [],
  ...given,
});

const COLUMNS = [
  ...['tenant_id', 'id', 'at', 'request_id', 'source', 'operation', 'status', 'outcome', 'duration_us', 'count'],
  ...['resource_type', 'resource_id', 'subject', 'subject_key', 'token_id', 'token_prefix', 'reason', 'scim_type'],
  ...['detail', 'changed', 'ignored', 'rules', 'network'],
];

describe.each(storageKinds)('the activity log on $name', (kind) => {
  let test: TestStorage;
  let tenants = 0;
  const add = async (...entries: readonly NewActivity[]): Promise<string> => {
    tenants += 1;
    const tenantId = `t${tenants}`;
    await addTenant(test.storage, tenantId);
    await test.storage.activity.append(entries.map((one) => ({ tenantId, ...one })));
    return tenantId;
  };
  const times = async (tenantId: string, query: object): Promise<readonly string[]> => {
    const { entries } = await test.storage.activity.page(tenantId, { limit: 10, ...query });
    return entries.map(({ at }) => at.slice(DAY.length, -5));
  };

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());

  it('forgets a person in one tenant', async () => {
    const person = { resourceId: 'ann-id', subject: 'ann' };
    const [first, second] = [
      await add(entry('10:00:00', person)),
      await add(entry('10:00:00', { ...person, id: idAt('10:00:00', 1) })),
    ];
    const whom = { resourceIds: ['ann-id'], names: ['ann'] };
    expect(await test.storage.activity.forget(first, whom, 10)).toBe(1);
    expect([await times(first, {}), await times(second, {})]).toEqual([[], ['10:00:00']]);
  });

  it('has no column that could hold a body or a token', async () => {
    const database = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5_000 });
    const sql =
      database.dialect === 'sqlite'
        ? "select name from pragma_table_info('activity')"
        : "select column_name as name from information_schema.columns where table_name = 'activity'";
    const columns = await database.lookup((session) => selectRows<{ name: string }>(session, sql, []));
    await database.close(false);
    expect(columns.map(({ name }) => name).sort()).toEqual([...COLUMNS].sort());
  });

  it('returns an entry as it was added, and never another tenant the same', async () => {
    const whole: NewActivity = {
      ...entry('10:00:00', { operation: 'user.create', status: 409, outcome: 'refused' }),
      ...{ resourceType: 'User', resourceId: 'u1', subject: 'Ada', tokenPrefix: 'abcdefgh', reason: 'expired' },
      ...{ scimType: 'uniqueness', detail: 'Taken.', network: '10.0.0.0/24' },
      ...{ changed: ['title'], ignored: ['shoeSize'], rules: ['a-rule'] },
    };
    const tenantId = await add(whole);
    expect((await test.storage.activity.page(tenantId, { limit: 1 })).entries).toEqual([whole]);
    expect(await test.storage.activity.find(tenantId, whole.id)).toEqual(whole);
    expect(await test.storage.activity.find(await add(), whole.id)).toBeUndefined();
  });

  it('keeps text that no database holds as text that both do', async () => {
    const tenantId = await add(entry('10:00:00', { subject: 'a\0\uD800', detail: 'x'.repeat(600) }));
    const [stored] = (await test.storage.activity.page(tenantId, { limit: 1 })).entries;
    expect(stored).toMatchObject({ subject: 'a\uFFFD\uFFFD', detail: 'x'.repeat(500) });
  });

  it.each([
    ['nothing', {}, ['10:03:00', '10:02:00', '10:01:00']],
    ['times', { from: `${DAY}10:01:30Z`, to: `${DAY}10:03:00Z` }, ['10:02:00']],
    ['outcomes', { outcomes: ['refused', 'failed'] }, ['10:02:00']],
    ['outcomes that have no index', { outcomes: ['nothing', 'refused'] }, ['10:02:00', '10:01:00']],
    ['an operation', { operation: 'user.create' }, ['10:03:00', '10:02:00']],
    ['the beginning of operations', { operation: 'user.l*' }, ['10:01:00']],
    ['a name in another case', { subject: 'ADA' }, ['10:02:00', '10:01:00']],
    ['a resource', { resourceId: 'u1' }, ['10:03:00']],
    ['a rule', { rule: 'a-rule' }, ['10:03:00']],
    ['a status', { status: 409 }, ['10:02:00']],
    ['a request', { requestId: 'r-10:01:00' }, ['10:01:00']],
    ['a request and what it is not', { requestId: 'r-10:01:00', status: 409 }, []],
  ])('is searched by %s', async (_what, query, expected) => {
    const tenantId = await add(
      entry('10:01:00', { outcome: 'nothing', subject: 'Ada' }),
      entry('10:02:00', { operation: 'user.create', status: 409, outcome: 'refused', subject: 'ada' }),
      entry('10:03:00', { operation: 'user.create', resourceId: 'u1', rules: ['a-rule'] }),
    );
    expect(await times(tenantId, query)).toEqual(expected);
  });

  it('goes on after a page, also where the page looked at its most and found nothing', async () => {
    const many = Array.from({ length: 5_001 }, (_, number) => entry('11:00:00', { id: idAt('11:00:00', number) }));
    const tenantId = await add(entry('10:00:00', { status: 409 }), ...many);
    const first = await test.storage.activity.page(tenantId, { limit: 2, status: 409 });
    expect(first).toEqual({ entries: [], next: idAt('11:00:00', 1) });
    const second = await test.storage.activity.page(tenantId, { limit: 2, status: 409, after: first.next });
    expect(second).toMatchObject({ entries: [{ status: 409 }], next: undefined });
    const pages = await test.storage.activity.page(tenantId, { limit: 2 });
    expect(pages.next).toBe(idAt('11:00:00', 4_999));
  });

  it('finds what concerns a person, also from before the person existed and under earlier names', async () => {
    const tenantId = await add(
      entry('10:01:00', { outcome: 'nothing', subject: 'Ada' }),
      entry('10:02:00', { operation: 'user.create', subject: 'ada', resourceId: 'u1' }),
      entry('10:03:00', { operation: 'user.update', subject: 'ada.king', resourceId: 'u1' }),
      entry('10:04:00', { subject: 'bob' }),
    );
    const { activity } = test.storage;
    expect(await activity.resourcesNamed(tenantId, 'ADA')).toEqual(['u1']);
    const who = { resourceIds: ['u1'], names: ['ADA'] };
    const { entries, next } = await activity.about(tenantId, who, 2);
    expect(entries.map(({ at }) => at.slice(DAY.length, -5))).toEqual(['10:03:00', '10:02:00']);
    expect((await activity.about(tenantId, who, 2, next)).entries).toMatchObject([{ subject: 'Ada' }]);
  });

  it('gives requests to the tenant whose token began so, and the others to nobody', async () => {
    const tenantId = await add();
    const token = { id: `k-${tenantId}`, tenantId, label: '', prefix: `${tenantId}-prefix`, created: '' };
    const rest = { expiresAt: undefined, lastUsed: undefined, revokedAt: undefined };
    await test.storage.tenants.insertToken({ ...token, ...rest }, `hash ${tenantId}`);
    const refused = { status: 401, outcome: 'refused', reason: 'mistyped' } as const;
    await test.storage.activity.append([
      entry('10:00:00', { ...refused, tokenPrefix: token.prefix }),
      entry('10:00:01', { ...refused, tokenPrefix: 'zzzzzzzz', network: '10.0.0.0/24' }),
    ]);
    const own = await test.storage.activity.page(tenantId, { limit: 5 });
    expect(own.entries).toMatchObject([{ reason: 'mistyped', tokenId: token.id }]);
    const { entries } = await test.storage.activity.unattributed({ limit: 1 });
    expect(entries).toMatchObject([{ reason: 'mistyped', tokenPrefix: 'zzzzzzzz', network: '10.0.0.0/24', count: 1 }]);
    expect(await test.storage.activity.latest(tenantId)).toBeUndefined();
  });

  it('adds the count of a folded entry to the one that is there', async () => {
    const tenantId = await add(entry('10:00:00'));
    await test.storage.activity.append([entry('10:00:00', { tenantId, count: 4 })]);
    expect((await test.storage.activity.page(tenantId, { limit: 5 })).entries).toMatchObject([{ count: 5 }]);
  });

  it('counts by the hour', async () => {
    const tenantId = await add(entry('10:00:00'), entry('10:59:59'), entry('11:00:00', { outcome: 'nothing' }));
    await test.storage.activity.append([entry('10:30:00', { tenantId, count: 2 })]);
    const counted = { operation: 'user.lookup', hour: `${DAY}10:00:00.000Z` };
    expect(await test.storage.activity.hours(tenantId, `${DAY}00:00:00Z`, `${DAY}23:00:00Z`)).toEqual([
      { ...counted, outcome: 'ok', count: 4, totalUs: 4_500 },
      { ...counted, outcome: 'nothing', hour: `${DAY}11:00:00.000Z`, count: 1, totalUs: 1_500 },
    ]);
  });

  it('leaves out what is of a tenant that no longer exists, and keeps the rest', async () => {
    const gone = await add();
    const tenantId = await add();
    await test.storage.tenants.deleteTenant(gone);
    await test.storage.activity.append([entry('10:00:00', { tenantId: gone }), entry('10:00:01', { tenantId })]);
    expect(await times(tenantId, {})).toEqual(['10:00:01']);
    expect(await times(gone, {})).toEqual([]);
  });

  it('lists the entries of all tenants, and finds a request among them', async () => {
    const [one, other] = [await add(entry('23:00:00')), await add(entry('23:00:01'))];
    const all = await test.storage.activity.everywhere({ limit: 2 });
    expect(all.entries.map(({ tenantId }) => tenantId)).toEqual([other, one]);
    const found = await test.storage.activity.everywhere({ limit: 2, requestId: 'r-23:00:00' });
    expect(found).toMatchObject({ entries: [{ tenantId: one }], next: undefined });
  });

  it('is pruned in steps, the oldest first, along with its hours', async () => {
    const tenantId = await add(...['08:00:00', '09:00:00', '10:00:00'].map((time) => entry(time)));
    const { activity } = test.storage;
    const prune = () => activity.prune(tenantId, `${DAY}10:00:00.000Z`, 1);
    expect([await prune(), await times(tenantId, {})]).toEqual([1, ['10:00:00', '09:00:00']]);
    expect([await prune(), await prune()]).toEqual([1, 0]);
    expect(await times(tenantId, {})).toEqual(['10:00:00']);
    const hours = await activity.hours(tenantId, `${DAY}00:00:00Z`, `${DAY}23:00:00Z`);
    expect(hours.map(({ hour }) => hour)).toEqual([`${DAY}10:00:00.000Z`]);
    expect(await activity.prune(undefined, `${DAY}00:00:00.000Z`, 1)).toBe(0);
  });

  it('has settings for each tenant', async () => {
    const tenantId = await add();
    const { activity } = test.storage;
    expect(await activity.settings(tenantId)).toEqual({ retentionDays: 30 });
    await activity.changeSettings(tenantId, { retentionDays: 7 });
    await activity.changeSettings(tenantId, { retentionDays: 8 });
    expect(await activity.settings(tenantId)).toEqual({ retentionDays: 8 });
    expect(await activity.settings(await add())).toEqual({ retentionDays: 30 });
  });
});
