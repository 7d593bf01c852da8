import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewActivity } from '../../model/activity/entry.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions, type CommandOutcome } from '../command-line.fixture.js';

let test: TestTenancy;
let tenantId = '';
const ids: string[] = [];

const run = (words: string, options?: CommandOptions): Promise<CommandOutcome> =>
  runOn(test, [...words.split(' '), '--tenant', tenantId], options);

const add = (given: Partial<NewActivity>): Promise<void> => {
  const id = newId();
  ids.push(id);
  return test.storage.activity.append([
    {
      ...{ id, at: new Date().toISOString(), requestId: `r${ids.length}`, source: 'entra', operation: 'user.lookup' },
      ...{ status: 200, outcome: 'ok', durationUs: 1_500, count: 1, changed: [], ignored: [], rules: [], tenantId },
      ...given,
    },
  ]);
};

beforeAll(async () => {
  test = await openTestTenancy();
  tenantId = (await test.tenancy.createTenant('Contoso')).tenant.id;
  await add({ subject: '=ada', outcome: 'nothing' });
  await add({
    ...{ operation: 'user.create', subject: 'ada', status: 409, outcome: 'refused', scimType: 'uniqueness' },
    ...{ detail: 'Another User has it.', rules: ['a-rule'] },
  });
});
afterAll(() => test.close());

describe('activity list', () => {
  it('prints the fields that other programs depend on, the latest entry first', async () => {
    const { entries, next } = printedJson(await run('activity list --json --limit 1'));
    expect(entries).toMatchObject([
      {
        ...{ operation: 'user.create', subject: 'ada', outcome: 'refused', status: 409, scimType: 'uniqueness' },
        ...{ detail: 'Another User has it.', rules: ['a-rule'], entryId: ids[1] },
      },
    ]);
    expect(next).toBe(ids[1]);
    const earlier = printedJson(await run(`activity list --json --after ${ids[1] ?? ''}`));
    expect(earlier).toMatchObject({ entries: [{ entryId: ids[0], scimType: null, detail: null }], next: null });
  });

  it('selects, and says what it cannot read', async () => {
    const found = printedJson(
      await run('activity list --json --outcome refused,failed --operation user.* --subject ADA'),
    );
    expect(found['entries']).toHaveLength(1);
    expect((await run('activity list --outcome bad')).stderr).toContain('It must be some of ok, nothing');
    expect((await run('activity list --since bad')).stderr).toContain('such as 2026-11-28T08:00:00Z');
    expect((await run('activity list --after bad')).status).toBe(2);
  });

  it('prints a table for people', async () => {
    const { stdout } = await run('activity list', { answer: '' });
    expect(stdout).toMatch(/^AT +OPERATION +SUBJECT +OUTCOME +STATUS +DETAIL$/mu);
    expect(stdout).toMatch(/user\.create +ada +refused +409 +Another User has it\.$/mu);
  });
});

describe('activity show', () => {
  it('shows a request by the id that its answer had, or by that of the entry', async () => {
    expect(printedJson(await run('activity show r2 --json'))).toMatchObject({ entryId: ids[1] });
    expect((await run(`activity show ${ids[0] ?? ''}`)).stdout).toMatch(/^outcome: nothing$/mu);
    expect((await run('activity show none')).stderr).toContain('no entry or request with that id');
  });
});

describe('activity export', () => {
  it('writes one JSON object a line, or a table whose cells are no formulas', async () => {
    const lines = (await run('activity export')).stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { entryId: string }).entryId)).toEqual([ids[1], ids[0]]);
    const rows = (await run('activity export --format csv')).stdout.split('\n');
    expect(rows[0]).toContain('at,operation,subject,outcome,status,scimType,detail');
    expect(rows[2]).toContain("user.lookup,'=ada,nothing");
  });
});

describe('the options that select entries', () => {
  it('select by token and by status as well', async () => {
    await add({ operation: 'user.get', status: 404, outcome: 'refused', requestId: 'gone' });
    const { stdout } = await run('activity export --status 404');
    expect(JSON.parse(stdout)).toMatchObject({ requestId: 'gone' });
    expect((await run(`activity export --token ${newId()}`)).stdout).toBe('');
    expect((await run('activity export --status many')).status).toBe(2);
  });
});

describe('activity watch', () => {
  it('prints entries as they come until it is stopped', async () => {
    let stop = (): void => undefined;
    const stopping = new Promise<void>((resolve) => {
      stop = resolve;
    });
    const watching = run('activity watch --json', { stop: stopping });
    // It shows what comes after it has begun, and begins once it has been loaded.
    await add({ operation: 'user.delete', id: newId({ msecs: Date.now() + 60_000 }) });
    setTimeout(stop, 3_000);
    const { stdout } = await watching;
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ operation: 'user.delete' }]);
  });
});

describe('activity settings', () => {
  it('shows and changes how long entries are kept', async () => {
    expect(printedJson(await run('activity settings --json'))).toEqual({ retentionDays: 30 });
    expect((await run('activity settings --retention-days 400')).stdout).toBe('Entries are kept for 400 days.\n');
    expect((await run('activity settings --retention-days 401')).stderr).toContain('a number from 1 to 400');
  });
});

describe('person explain', () => {
  it('prints answer, number and sections', async () => {
    const explained = printedJson(await run('person explain nobody --json'));
    expect(Object.keys(explained)).toEqual(['answer', 'number', 'sections']);
    expect(explained).toMatchObject({ number: 1, answer: expect.stringContaining('never asked for nobody') as string });
    const { stdout } = await run('person explain ada');
    expect(stdout).toMatch(/^ada belongs here to another Entra account/u);
    expect(stdout).toMatch(/^What Entra said$/mu);
  });
});

describe('activity forget', () => {
  it('deletes what the log has of one person, and nothing of others', async () => {
    const [own, other, twin] = [newId(), newId(), newId()];
    await add({ subject: 'Cem', outcome: 'nothing' });
    await add({ operation: 'user.create', resourceType: 'User', resourceId: own, subject: 'cem' });
    await add({ operation: 'user.update', resourceType: 'User', resourceId: own, subject: 'cem.married' });
    await add({ operation: 'user.create', resourceType: 'User', resourceId: other, subject: 'dea' });
    expect(await run('activity forget cem')).toMatchObject({ status: 2 });
    expect(await run('activity forget cem', { answer: 'no' })).toMatchObject({ status: 1 });
    expect(printedJson(await run('activity forget CEM --yes --json'))).toEqual({ deleted: 3 });
    expect(printedJson(await run('activity forget cem --yes --json'))).toEqual({ deleted: 0 });
    await add({ operation: 'user.create', resourceType: 'User', resourceId: twin, subject: 'dea' });
    expect((await run('activity forget dea --yes')).stderr).toContain('Several people or groups had that name');
    expect(printedJson(await run(`activity forget ${twin} --yes --json`))).toEqual({ deleted: 1 });
    expect((await test.storage.activity.about(tenantId, { resourceIds: [other], names: [] }, 5)).entries).toHaveLength(
      1,
    );
  });
});
