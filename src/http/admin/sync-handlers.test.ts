import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startReceiver } from '../../sync/testing/receiver.fixture.js';
import { type Answer, startTestServer } from '../testing/server.fixture.js';
import { BY, GROUP, NEVER, objectsIn, syncServer, textOf, USER } from './sync-server.fixture.js';

describe.each(storageKinds)('the admin API of the review-and-apply workflow on $name', (kind) => {
  const at = syncServer(kind);

  it('compares plans, tells the history of a user, and lists runs, holds and the audit trail with what is known of them', async () => {
    const ann = await at.stage('ann');
    const earlier = await at.makePlan();
    await at.stage('ben');
    const later = await at.makePlan();
    const compared = await at.send('GET', `/plans/${later}/comparison?with=${earlier}&difference=new`);
    expect([compared.status, compared.body]).toMatchObject([
      200,
      {
        ...{ planId: later, with: earlier, same: 1, changed: { lines: 0 }, gone: { lines: 0 } },
        ...{ new: { lines: 1, kinds: [{ kind: 'create', examples: [{ name: 'ben' }] }] } },
        ...{ lines: [{ name: 'ben' }], next: null },
      },
    ]);
    expect((await at.send('GET', `/plans/${later}/comparison?with=${NEVER}`)).status).toBe(404);
    const run = await at.applied(later);
    expect((await at.send('GET', '/plans')).body).toMatchObject({
      plans: [
        { planId: later, stale: false },
        { planId: earlier, stale: true },
      ],
    });
    expect((await at.send('GET', '/runs')).body).toMatchObject({ runs: [{ runId: run, counts: { applied: 2 } }] });
    const page = (await at.send('GET', '/history?resource=ann&limit=2')).body;
    expect(page).toMatchObject({
      entries: [
        { action: 'line.applied', runId: run },
        { action: 'line.planned', planId: later },
      ],
    });
    expect((await at.send('GET', `/history?resource=${ann}&after=${textOf(page, 'next')}`)).body).toMatchObject({
      entries: [{ action: 'line.planned', planId: earlier, line: { state: 'planned' } }],
      next: null,
    });
    const { status, body } = await at.send('GET', '/history?resource=%00');
    expect([status, textOf(body, 'detail')]).toEqual([404, expect.stringContaining('There is no user with the id')]);
    const [newest] = objectsIn((await at.send('GET', '/audit?order=newest&limit=1')).body, 'entries');
    expect(newest).toMatchObject({ action: 'run.finished' });
    await at.send('PUT', '/holds', { ...BY, resource: 'ann', reason: 'over', until: '2020-01-01T00:00:00Z' });
    expect((await at.send('GET', '/holds')).body).toMatchObject({ holds: [{ ended: true }] });
  });

  it('plans, shows, applies and undoes', async () => {
    const ann = await at.stage('ann', { title: 'Trainee' });
    const group = { schemas: [GROUP], displayName: 'Wardens', members: [{ value: ann }] };
    expect((await at.tenant.send('POST', '/Groups', group)).status).toBe(201);
    const plan = await at.makePlan();
    expect((await at.send('GET', `/plans/${plan}`)).body).toMatchObject({
      ...{ planId: plan, state: 'open', by: 'Grace', mirrored: 0, affected: 0, undoes: null },
      ...{ counts: { create: 1, unchanged: 0 }, groups: { create: 1 }, memberships: { add: 1, remove: 0 } },
    });
    expect(await at.linesOf(plan)).toMatchObject([
      { number: 1, subject: 'account', kind: 'create', resourceId: ann, name: 'ann', state: 'planned' },
      { subject: 'group', kind: 'create', name: 'Wardens' },
      { subject: 'membership', kind: 'add', memberId: ann, memberName: 'ann', name: 'Wardens' },
    ]);
    expect((await at.send('GET', '/status')).body).toEqual({});
    const run = await at.applied(plan);
    const status = (await at.send('GET', `/runs/${run}`)).body;
    expect(status).toMatchObject({
      ...{ runId: run, planId: plan, state: 'finished', by: 'Grace', asked: null, detail: null, interrupted: false },
      counts: { left: 0, applied: 3, skipped: 0, failed: 0 },
    });
    expect((await at.send('GET', '/runs')).body).toMatchObject({ runs: [{ runId: run }], next: null });
    const undo = await at.send('POST', `/runs/${run}/undo`, BY);
    expect([undo.status, undo.body]).toMatchObject([
      201,
      { undoes: run, counts: { delete: 1 }, groups: { delete: 1 } },
    ]);
    expect(await at.linesOf(textOf(undo.body, 'planId'))).toMatchObject([
      { subject: 'account', kind: 'delete', resourceId: ann },
      { subject: 'group', kind: 'delete', stagedDigest: expect.stringMatching(/^[\da-f]{64}$/u) as string },
    ]);
    // A group is deleted, which the guard wants confirmed.
    await at.applied(textOf(undo.body, 'planId'), { confirm: 1 });
    expect((await at.send('GET', '/holds')).body).toMatchObject({ holds: [{ undoneRun: run }, { undoneRun: run }] });
  });

  it('lists and selects lines a page at a time', async () => {
    for (const name of ['ann', 'ben', 'cleo']) await at.stage(name);
    const plan = await at.makePlan();
    const first = (await at.send('GET', `/plans/${plan}/lines?limit=2`)).body;
    expect(first).toMatchObject({ lines: [{ number: 1 }, { number: 2 }], next: 2 });
    expect((await at.send('GET', `/plans/${plan}/lines?limit=2&after=2`)).body).toMatchObject({
      lines: [{ number: 3 }],
      next: null,
    });
    expect(await at.linesOf(plan, '?kind=create,update')).toHaveLength(3);
    expect(await at.linesOf(plan, '?kind=delete')).toEqual([]);
    expect(await at.linesOf(plan, '?subject=group')).toEqual([]);
    expect(await at.linesOf(plan, '?state=applied')).toEqual([]);
    for (const query of [
      'kind=remake',
      'kind=create,',
      'subject=person',
      'state=done',
      'limit=0',
      'limit=501',
      'after=x',
    ]) {
      const { body } = await at.send('GET', `/plans/${plan}/lines?${query}`);
      expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
  });

  it('says what a plan comes to, and lists what each of its numbers counts', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'carl']) ids.push(await at.stage(name, { title: 'Trainee' }));
    await at.applied(await at.makePlan());
    const patch = (id: string, path: string, value: string): Promise<Answer> =>
      at.tenant.send('PATCH', `/Users/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path, value }],
      });
    for (const id of ids) await patch(id, 'title', 'Engineer');
    await at.stage('cleo');
    await at.stage('dora');
    const plan = await at.makePlan();
    const { body } = await at.send('GET', `/plans/${plan}/summary`);
    expect(body).toMatchObject({
      verdict: '5 lines. 3 are one change: jobTitle "Trainee" → "Engineer". None needs your eyes.',
      ...{ lines: 5, dangerous: 0, warnings: [], groups: 2, alone: 0 },
      attributes: [{ attribute: 'jobTitle', set: 0, changed: 3, blanked: 0 }],
    });
    const first = (await at.send('GET', `/plans/${plan}/groups?limit=1`)).body;
    const rest = (await at.send('GET', `/plans/${plan}/groups?after=${textOf(first, 'next')}`)).body;
    const groups = [...objectsIn(first, 'groups'), ...objectsIn(rest, 'groups')];
    expect(groups).toMatchObject([
      { kind: 'update', lines: 3, examples: [{ name: 'ann' }, { name: 'ben' }, { name: 'carl' }] },
      { kind: 'create', lines: 2, changes: [] },
    ]);
    expect(rest).toMatchObject({ next: null });
    const namesOf = async (query: string): Promise<readonly unknown[]> =>
      (await at.linesOf(plan, `?${query}`)).map(({ name }) => name);
    expect(await namesOf(`group=${String(groups[0]?.['signature'])}`)).toEqual(['ann', 'ben', 'carl']);
    expect(await namesOf('attribute=jobTitle&change=changed')).toEqual(['ann', 'ben', 'carl']);
    expect(await namesOf('attribute=jobTitle&change=blanked')).toEqual([]);
    expect(await namesOf('warning=any')).toEqual([]);
    expect(await namesOf('search=DOR')).toEqual(['dora']);
    expect(await namesOf(`search=${ids[0] ?? ''}`)).toEqual(['ann']);
    expect(await namesOf('sample=2&seed=3')).toEqual(await namesOf('sample=2&seed=3'));
    expect(await namesOf('sample=500')).toHaveLength(5);
    for (const query of ['warning=fear', 'change=turned', 'group=x', 'search=', 'sample=0', 'attribute=']) {
      expect((await at.send('GET', `/plans/${plan}/lines?${query}`)).body).toMatchObject({ scimType: 'invalidValue' });
    }
  });

  it('lists plans and the audit trail a page at a time', async () => {
    const [older, newer] = [await at.makePlan(), await at.makePlan()];
    expect((await at.send('GET', '/plans?limit=1')).body).toMatchObject({ plans: [{ planId: newer }], next: newer });
    expect((await at.send('GET', `/plans?after=${newer}`)).body).toMatchObject({
      plans: [{ planId: older }],
      next: null,
    });
    const page = (await at.send('GET', '/audit?limit=1')).body;
    expect(page).toMatchObject({ entries: [{ by: 'Grace', action: 'plan.made', planId: older, runId: null }] });
    const rest = (await at.send('GET', `/audit?after=${textOf(page, 'next')}`)).body;
    expect(rest).toMatchObject({ entries: [{ planId: newer }], next: null });
    const lists = ['/plans?after=nowhere', '/audit?after=nowhere', '/runs?after=nowhere'];
    const holds = ['/holds?after=nowhere', '/holds?after=account.nowhere', `/holds?after=person.${newer}`];
    for (const list of [...lists, ...holds]) {
      expect((await at.send('GET', list)).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
  });

  it('exports plans and the audit trail', async () => {
    await at.stage('=1+1');
    const plan = await at.makePlan();
    const json = await at.send('GET', `/plans/${plan}/export.json`);
    expect([json.headers['content-type'], json.body]).toMatchObject([
      'application/json',
      { plan: { planId: plan }, lines: [{ name: '=1+1' }] },
    ]);
    const [csv, csvType] = await textFrom(`/plans/${plan}/export.csv`);
    expect([csvType, csv]).toEqual(['text/csv', expect.stringContaining("'=1+1")]);
    const [ndjson, ndjsonType] = await textFrom('/audit/export.ndjson');
    expect(ndjsonType).toBe('application/x-ndjson');
    const { entries } = (await at.send('GET', '/audit')).body;
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(entries);
    for (const kind of ['json', 'csv'])
      expect((await at.send('GET', `/plans/${NEVER}/export.${kind}`)).status).toBe(404);
  });

  async function textFrom(path: string): Promise<readonly [string, string | null]> {
    const headers = { authorization: `Bearer ${at.server.adminToken}`, accept: 'text/csv' };
    const answer = await fetch(`${at.server.url}/admin/api/tenants/${at.tenant.id}/sync${path}`, { headers });
    return [await answer.text(), answer.headers.get('content-type')];
  }

  it('says what is in the way of a plan, for programs', async () => {
    const ids = [await at.stage('ann'), await at.stage('ben')];
    const stale = await at.makePlan();
    await at.applied(await at.makePlan());
    expect((await at.apply(stale)).body).toMatchObject({ status: '409', type: 'planStale' });
    expect((await at.send('PATCH', '/policy', { ...BY, guard: { number: 1, share: 1 } })).status).toBe(200);
    for (const id of ids) await at.disable(id);
    const plan = await at.makePlan();
    const needed = { status: '409', type: 'confirmationNeeded', affected: 2 };
    expect((await at.apply(plan)).body).toMatchObject(needed);
    expect((await at.apply(plan, { confirm: 1 })).body).toMatchObject(needed);
    expect((await at.send('POST', `/plans/${plan}/discard`, BY)).status).toBe(204);
    expect((await at.apply(plan, { confirm: 2 })).body).toMatchObject({ status: '409', type: 'planNotOpen' });
    expect((await at.send('POST', `/plans/${plan}/discard`, BY)).body).toMatchObject({ type: 'planNotOpen' });
  });

  it('answers another tenant’s plans and runs like those that never were', async () => {
    await at.stage('ann');
    const plan = await at.makePlan();
    const run = await at.applied(plan);
    const other = await at.server.createTenant();
    const requests: readonly (readonly [string, string, JsonObject?])[] = [
      ['GET', `/plans/${plan}`],
      ['GET', `/plans/${plan}/lines`],
      ['GET', `/plans/${plan}/export.json`],
      ['GET', `/plans/${plan}/export.csv`],
      ['POST', `/plans/${plan}/discard`, BY],
      ['POST', `/plans/${plan}/apply`, BY],
      ['POST', `/plans/${plan}/lines/1/confirm`, BY],
      ['GET', `/runs/${run}`],
      ['POST', `/runs/${run}/undo`, BY],
      ['PUT', '/holds', { ...BY, resource: 'ann', reason: 'x' }],
      ['POST', '/holds/release', { ...BY, resource: 'ann' }],
      ['POST', `/plans/${plan}/holds`, { ...BY, reason: 'x', digest: '0'.repeat(64) }],
      ['POST', `/plans/${plan}/links/confirm`, { ...BY, digest: '0'.repeat(64) }],
      ['POST', '/holds/release-many', { ...BY, runId: run }],
      ['POST', '/holds/release-many', { ...BY, planId: plan }],
    ];
    for (const [method, path, body] of requests) {
      const foreign = await at.send(method, path, body, other);
      const never = await at.send(method, path.replace(plan, NEVER).replace(run, NEVER), body, other);
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, never.body]);
    }
    expect((await at.send('GET', '/plans', undefined, other)).body).toEqual({ plans: [], next: null });
    expect((await at.send('GET', '/audit', undefined, other)).body).toEqual({ entries: [], next: null });
  });
});

it('a plan is not made while the backend cannot be asked: 503, and when to try again', async () => {
  const receiver = await startReceiver();
  await receiver.close();
  const [kind] = storageKinds;
  if (kind === undefined) throw new Error('there is no database');
  const server = await startTestServer(kind, { ...receiver.environment, SYNC_ATTEMPTS: '1' });
  try {
    const tenant = await server.createTenant();
    await tenant.send('POST', '/Users', { schemas: [USER], userName: 'ann' });
    const answer = await server.send({
      ...{ method: 'POST', path: `/admin/api/tenants/${tenant.id}/sync/plans`, token: server.adminToken },
      ...{ headers: { 'Content-Type': 'application/json' }, body: BY },
    });
    expect([answer.status, answer.headers['retry-after'], answer.body]).toMatchObject([503, '30', { status: '503' }]);
  } finally {
    await server.stop();
  }
}, 60_000);
