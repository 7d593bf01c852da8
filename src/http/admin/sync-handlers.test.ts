import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { KNOWN, REFUSED, SLOW, startReceiver, UNANSWERED, type Receiver } from '../../sync/testing/receiver.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const NEVER = '0198c59f-0000-7000-8000-000000000000';
const BY = { by: 'Grace' };

describe.each(storageKinds)('the admin API of the review-and-apply workflow on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    server = await startTestServer(kind, receiver.environment);
  });
  afterAll(async () => {
    receiver.answerAll();
    await server.stop();
    await receiver.close();
  });
  beforeEach(async () => {
    tenant = await server.createTenant();
  });

  /** Sends a request below `/tenants/{tenantId}/sync`. */
  const send = (method: string, path: string, body?: JsonObject, of: TestTenant = tenant): Promise<Answer> =>
    server.send({
      method,
      path: `/admin/api/tenants/${of.id}/sync${path}`,
      token: server.adminToken,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });

  async function stage(userName: string, more: JsonObject = {}): Promise<string> {
    const { body } = await tenant.send('POST', '/Users', { schemas: [USER], userName, ...more });
    return textOf(body, 'id');
  }

  const disable = (id: string): Promise<Answer> =>
    tenant.send('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    });

  async function makePlan(): Promise<string> {
    const made = await send('POST', '/plans', BY);
    expect(made.status).toBe(201);
    return textOf(made.body, 'planId');
  }

  const apply = (planId: string, more: JsonObject = {}): Promise<Answer> =>
    send('POST', `/plans/${planId}/apply`, { ...BY, ...more });

  async function applied(planId: string, more: JsonObject = {}): Promise<string> {
    const started = await apply(planId, more);
    expect(started.status).toBe(202);
    await untilRun('finished');
    return textOf(started.body, 'runId');
  }

  async function untilRun(state: string): Promise<JsonObject> {
    for (;;) {
      const { run } = (await send('GET', '/status')).body;
      if (isJsonObject(run) && run['state'] === state) return run;
      await sleep(20);
    }
  }

  async function linesOf(planId: string, query = ''): Promise<readonly JsonObject[]> {
    return objectsIn((await send('GET', `/plans/${planId}/lines${query}`)).body, 'lines');
  }

  it('compares plans, tells the history of a user, and lists runs, holds and the audit trail with what is known of them', async () => {
    const ann = await stage('ann');
    const earlier = await makePlan();
    await stage('ben');
    const later = await makePlan();
    const compared = await send('GET', `/plans/${later}/comparison?with=${earlier}&difference=new`);
    expect([compared.status, compared.body]).toMatchObject([
      200,
      {
        ...{ planId: later, with: earlier, same: 1, changed: { lines: 0 }, gone: { lines: 0 } },
        ...{ new: { lines: 1, kinds: [{ kind: 'create', examples: [{ name: 'ben' }] }] } },
        ...{ lines: [{ name: 'ben' }], next: null },
      },
    ]);
    expect((await send('GET', `/plans/${later}/comparison?with=${NEVER}`)).status).toBe(404);
    const run = await applied(later);
    expect((await send('GET', '/plans')).body).toMatchObject({
      plans: [
        { planId: later, stale: false },
        { planId: earlier, stale: true },
      ],
    });
    expect((await send('GET', '/runs')).body).toMatchObject({ runs: [{ runId: run, counts: { applied: 2 } }] });
    const page = (await send('GET', '/history?resource=ann&limit=2')).body;
    expect(page).toMatchObject({
      entries: [
        { action: 'line.applied', runId: run },
        { action: 'line.planned', planId: later },
      ],
    });
    expect((await send('GET', `/history?resource=${ann}&after=${textOf(page, 'next')}`)).body).toMatchObject({
      entries: [{ action: 'line.planned', planId: earlier, line: { state: 'planned' } }],
      next: null,
    });
    const { status, body } = await send('GET', '/history?resource=%00');
    expect([status, textOf(body, 'detail')]).toEqual([404, expect.stringContaining('There is no user with the id')]);
    const [newest] = objectsIn((await send('GET', '/audit?order=newest&limit=1')).body, 'entries');
    expect(newest).toMatchObject({ action: 'run.finished' });
    await send('PUT', '/holds', { ...BY, resource: 'ann', reason: 'over', until: '2020-01-01T00:00:00Z' });
    expect((await send('GET', '/holds')).body).toMatchObject({ holds: [{ ended: true }] });
  });

  it('plans, shows, applies and undoes', async () => {
    const ann = await stage('ann', { title: 'Trainee' });
    const group = { schemas: [GROUP], displayName: 'Wardens', members: [{ value: ann }] };
    expect((await tenant.send('POST', '/Groups', group)).status).toBe(201);
    const plan = await makePlan();
    expect((await send('GET', `/plans/${plan}`)).body).toMatchObject({
      ...{ planId: plan, state: 'open', by: 'Grace', mirrored: 0, affected: 0, undoes: null },
      ...{ counts: { create: 1, unchanged: 0 }, groups: { create: 1 }, memberships: { add: 1, remove: 0 } },
    });
    expect(await linesOf(plan)).toMatchObject([
      { number: 1, subject: 'account', kind: 'create', resourceId: ann, name: 'ann', state: 'planned' },
      { subject: 'group', kind: 'create', name: 'Wardens' },
      { subject: 'membership', kind: 'add', memberId: ann, memberName: 'ann', name: 'Wardens' },
    ]);
    expect((await send('GET', '/status')).body).toEqual({});
    const run = await applied(plan);
    const status = (await send('GET', `/runs/${run}`)).body;
    expect(status).toMatchObject({
      ...{ runId: run, planId: plan, state: 'finished', by: 'Grace', asked: null, detail: null, interrupted: false },
      counts: { left: 0, applied: 3, skipped: 0, failed: 0 },
    });
    expect((await send('GET', '/runs')).body).toMatchObject({ runs: [{ runId: run }], next: null });
    const undo = await send('POST', `/runs/${run}/undo`, BY);
    expect([undo.status, undo.body]).toMatchObject([
      201,
      { undoes: run, counts: { delete: 1 }, groups: { delete: 1 } },
    ]);
    expect(await linesOf(textOf(undo.body, 'planId'))).toMatchObject([
      { subject: 'account', kind: 'delete', resourceId: ann },
      { subject: 'group', kind: 'delete', stagedDigest: expect.stringMatching(/^[\da-f]{64}$/u) as string },
    ]);
    // A group is deleted, which the guard wants confirmed.
    await applied(textOf(undo.body, 'planId'), { confirm: 1 });
    expect((await send('GET', '/holds')).body).toMatchObject({ holds: [{ undoneRun: run }, { undoneRun: run }] });
  });

  it('lists and selects lines a page at a time', async () => {
    for (const name of ['ann', 'ben', 'cleo']) await stage(name);
    const plan = await makePlan();
    const first = (await send('GET', `/plans/${plan}/lines?limit=2`)).body;
    expect(first).toMatchObject({ lines: [{ number: 1 }, { number: 2 }], next: 2 });
    expect((await send('GET', `/plans/${plan}/lines?limit=2&after=2`)).body).toMatchObject({
      lines: [{ number: 3 }],
      next: null,
    });
    expect(await linesOf(plan, '?kind=create,update')).toHaveLength(3);
    expect(await linesOf(plan, '?kind=delete')).toEqual([]);
    expect(await linesOf(plan, '?subject=group')).toEqual([]);
    expect(await linesOf(plan, '?state=applied')).toEqual([]);
    for (const query of [
      'kind=remake',
      'kind=create,',
      'subject=person',
      'state=done',
      'limit=0',
      'limit=501',
      'after=x',
    ]) {
      const { body } = await send('GET', `/plans/${plan}/lines?${query}`);
      expect(body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
  });

  it('says what a plan comes to, and lists what each of its numbers counts', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'carl']) ids.push(await stage(name, { title: 'Trainee' }));
    await applied(await makePlan());
    const patch = (id: string, path: string, value: string): Promise<Answer> =>
      tenant.send('PATCH', `/Users/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path, value }],
      });
    for (const id of ids) await patch(id, 'title', 'Engineer');
    await stage('cleo');
    await stage('dora');
    const plan = await makePlan();
    const { body } = await send('GET', `/plans/${plan}/summary`);
    expect(body).toMatchObject({
      verdict: '5 lines. 3 are one change: jobTitle "Trainee" → "Engineer". None needs your eyes.',
      ...{ lines: 5, dangerous: 0, warnings: [], groups: 2, alone: 0 },
      attributes: [{ attribute: 'jobTitle', set: 0, changed: 3, blanked: 0 }],
    });
    const first = (await send('GET', `/plans/${plan}/groups?limit=1`)).body;
    const rest = (await send('GET', `/plans/${plan}/groups?after=${textOf(first, 'next')}`)).body;
    const groups = [...objectsIn(first, 'groups'), ...objectsIn(rest, 'groups')];
    expect(groups).toMatchObject([
      { kind: 'update', lines: 3, examples: [{ name: 'ann' }, { name: 'ben' }, { name: 'carl' }] },
      { kind: 'create', lines: 2, changes: [] },
    ]);
    expect(rest).toMatchObject({ next: null });
    const namesOf = async (query: string): Promise<readonly unknown[]> =>
      (await linesOf(plan, `?${query}`)).map(({ name }) => name);
    expect(await namesOf(`group=${String(groups[0]?.['signature'])}`)).toEqual(['ann', 'ben', 'carl']);
    expect(await namesOf('attribute=jobTitle&change=changed')).toEqual(['ann', 'ben', 'carl']);
    expect(await namesOf('attribute=jobTitle&change=blanked')).toEqual([]);
    expect(await namesOf('warning=any')).toEqual([]);
    expect(await namesOf('search=DOR')).toEqual(['dora']);
    expect(await namesOf(`search=${ids[0] ?? ''}`)).toEqual(['ann']);
    expect(await namesOf('sample=2&seed=3')).toEqual(await namesOf('sample=2&seed=3'));
    expect(await namesOf('sample=500')).toHaveLength(5);
    for (const query of ['warning=fear', 'change=turned', 'group=x', 'search=', 'sample=0', 'attribute=']) {
      expect((await send('GET', `/plans/${plan}/lines?${query}`)).body).toMatchObject({ scimType: 'invalidValue' });
    }
  });

  it('lists plans and the audit trail a page at a time', async () => {
    const [older, newer] = [await makePlan(), await makePlan()];
    expect((await send('GET', '/plans?limit=1')).body).toMatchObject({ plans: [{ planId: newer }], next: newer });
    expect((await send('GET', `/plans?after=${newer}`)).body).toMatchObject({ plans: [{ planId: older }], next: null });
    const page = (await send('GET', '/audit?limit=1')).body;
    expect(page).toMatchObject({ entries: [{ by: 'Grace', action: 'plan.made', planId: older, runId: null }] });
    const rest = (await send('GET', `/audit?after=${textOf(page, 'next')}`)).body;
    expect(rest).toMatchObject({ entries: [{ planId: newer }], next: null });
    const lists = ['/plans?after=nowhere', '/audit?after=nowhere', '/runs?after=nowhere'];
    const holds = ['/holds?after=nowhere', '/holds?after=account.nowhere', `/holds?after=person.${newer}`];
    for (const list of [...lists, ...holds]) {
      expect((await send('GET', list)).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
  });

  it('exports plans and the audit trail', async () => {
    await stage('=1+1');
    const plan = await makePlan();
    const json = await send('GET', `/plans/${plan}/export.json`);
    expect([json.headers['content-type'], json.body]).toMatchObject([
      'application/json',
      { plan: { planId: plan }, lines: [{ name: '=1+1' }] },
    ]);
    const [csv, csvType] = await textFrom(`/plans/${plan}/export.csv`);
    expect([csvType, csv]).toEqual(['text/csv', expect.stringContaining("'=1+1")]);
    const [ndjson, ndjsonType] = await textFrom('/audit/export.ndjson');
    expect(ndjsonType).toBe('application/x-ndjson');
    const { entries } = (await send('GET', '/audit')).body;
    expect(
      ndjson
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual(entries);
    for (const kind of ['json', 'csv']) expect((await send('GET', `/plans/${NEVER}/export.${kind}`)).status).toBe(404);
  });

  async function textFrom(path: string): Promise<readonly [string, string | null]> {
    const headers = { authorization: `Bearer ${server.adminToken}`, accept: 'text/csv' };
    const answer = await fetch(`${server.url}/admin/api/tenants/${tenant.id}/sync${path}`, { headers });
    return [await answer.text(), answer.headers.get('content-type')];
  }

  it('says what is in the way of a plan, for programs', async () => {
    const ids = [await stage('ann'), await stage('ben')];
    const stale = await makePlan();
    await applied(await makePlan());
    expect((await apply(stale)).body).toMatchObject({ status: '409', type: 'planStale' });
    expect((await send('PATCH', '/policy', { ...BY, guard: { number: 1, share: 1 } })).status).toBe(200);
    for (const id of ids) await disable(id);
    const plan = await makePlan();
    const needed = { status: '409', type: 'confirmationNeeded', affected: 2 };
    expect((await apply(plan)).body).toMatchObject(needed);
    expect((await apply(plan, { confirm: 1 })).body).toMatchObject(needed);
    expect((await send('POST', `/plans/${plan}/discard`, BY)).status).toBe(204);
    expect((await apply(plan, { confirm: 2 })).body).toMatchObject({ status: '409', type: 'planNotOpen' });
    expect((await send('POST', `/plans/${plan}/discard`, BY)).body).toMatchObject({ type: 'planNotOpen' });
  });

  it('lets a tenant have one run, which can be paused, resumed and canceled', async () => {
    for (const action of ['pause', 'resume', 'cancel']) {
      expect((await send('POST', `/${action}`, BY)).body).toMatchObject({ status: '409', type: 'noActiveRun' });
    }
    await stage(`${UNANSWERED}ann`);
    const plan = await makePlan();
    const run = textOf((await apply(plan)).body, 'runId');
    expect((await apply(plan)).body).toMatchObject({ status: '409', type: 'runActive', runId: run });
    for (const path of ['/resume', '/plans']) {
      expect((await send('POST', path, BY)).body).toMatchObject({ status: '409', type: 'runActive', runId: run });
    }
    expect((await send('POST', `/runs/${run}/undo`, BY)).body).toMatchObject({ type: 'runNotEnded' });
    const paused = await send('POST', '/pause', BY);
    expect([paused.status, paused.body]).toMatchObject([202, { runId: run }]);
    await untilRun('paused');
    expect(await send('POST', '/resume', BY)).toMatchObject({ status: 202, body: { runId: run } });
    expect(await send('POST', '/pause', BY)).toMatchObject({ status: 202 });
    await untilRun('paused');
    receiver.answerAll();
    expect(await send('POST', '/cancel', BY)).toMatchObject({ status: 202, body: { runId: run } });
    expect(await untilRun('cancelled')).toMatchObject({ counts: { left: 0 } });
  });

  it('holds and releases by id and by userName', async () => {
    const ann = await stage('ann');
    const held = await send('PUT', '/holds', { ...BY, resource: 'ANN', reason: 'Ask HR first' });
    const hold = { subject: 'account', resourceId: ann, memberId: null, by: 'Grace', reason: 'Ask HR first' };
    expect([held.status, held.body]).toMatchObject([200, hold]);
    expect((await send('GET', '/holds')).body).toMatchObject({ holds: [hold], next: null });
    expect(await linesOf(await makePlan())).toMatchObject([{ kind: 'held', would: 'create' }]);
    expect((await send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(204);
    expect((await send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(404);
    expect((await send('PUT', '/holds', { ...BY, resource: 'zoe', reason: 'x' })).status).toBe(404);
    expect((await send('PUT', '/holds', { ...BY, resource: ann, member: ann, reason: 'x' })).status).toBe(400);
  });

  it('holds one membership, and lists holds a page at a time', async () => {
    const ann = await stage('ann');
    const made = await tenant.send('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'W',
      members: [{ value: ann }],
    });
    const group = textOf(made.body, 'id');
    await send('PUT', '/holds', { ...BY, resource: group, member: 'ann', reason: 'x' });
    await send('PUT', '/holds', { ...BY, resource: ann, reason: 'x' });
    const first = (await send('GET', '/holds?limit=1')).body;
    expect(first).toMatchObject({ holds: [{ subject: 'account', resourceId: ann }] });
    const second = (await send('GET', `/holds?limit=1&after=${textOf(first, 'next')}`)).body;
    expect(second).toMatchObject({ holds: [{ subject: 'membership', resourceId: group, memberId: ann }], next: null });
  });

  it('holds and releases many: lines by a filter and the digest, holds by plan, run and filter', async () => {
    for (const name of ['ann', 'bob', 'cid']) await stage(name, { title: name === 'ann' ? 'Chef' : 'Baker' });
    const plan = await makePlan();
    const { digest } = (await send('GET', `/plans/${plan}`)).body;
    const hold = { ...BY, reason: 'HR asks', filter: 'changes[attribute eq "jobTitle" and after eq "baker"]' };
    const wrong = await send('POST', `/plans/${plan}/holds`, { ...hold, digest: '0'.repeat(64) });
    expect([wrong.status, wrong.body]).toMatchObject([409, { type: 'planStale' }]);
    const unknown = { ...hold, filter: 'salary gt 1', digest: digest ?? null };
    expect((await send('POST', `/plans/${plan}/holds`, unknown)).body).toMatchObject({ scimType: 'invalidValue' });
    const until = '2999-01-01T01:00:00+01:00';
    const held = await send('POST', `/plans/${plan}/holds`, { ...hold, until, digest: digest ?? null });
    expect([held.status, held.body]).toEqual([200, { held: 2 }]);
    expect((await send('GET', '/holds')).body).toMatchObject({
      holds: [
        { name: 'bob', until: '2999-01-01T00:00:00.000Z', by: 'Grace' },
        { name: 'cid', reason: 'HR asks' },
      ],
    });
    const release = async (selection: JsonObject) =>
      (await send('POST', '/holds/release-many', { ...BY, ...selection })).body;
    expect(await release({})).toMatchObject({ scimType: 'invalidValue' });
    expect(await release({ all: true, filter: 'name eq "bob"' })).toMatchObject({ scimType: 'invalidValue' });
    expect(await release({ filter: 'name eq "bob" and by eq "grace"' })).toEqual({ released: 1 });
    expect(await release({ planId: await makePlan() })).toEqual({ released: 1 });
    const run = await applied(await makePlan());
    const undo = textOf((await send('POST', `/runs/${run}/undo`, BY)).body, 'planId');
    expect((await send('POST', `/plans/${undo}/apply`, { ...BY, confirm: 3 })).status).toBe(202);
    await untilRun('finished');
    expect(await release({ runId: run })).toEqual({ released: 3 });
    expect(await release({ all: true })).toEqual({ released: 0 });
    const audit = objectsIn((await send('GET', '/audit?limit=1000')).body, 'entries');
    const count = (action: string) => audit.filter((entry) => entry['action'] === action).length;
    expect([count('hold.put'), count('hold.released')]).toEqual([2, 5]);
  });

  it('releases what nothing but the hold is left of', async () => {
    const ann = await stage('ann');
    await send('PUT', '/holds', { ...BY, resource: 'ann', reason: 'x' });
    expect((await tenant.send('DELETE', `/Users/${ann}`)).status).toBe(204);
    expect((await send('POST', '/holds/release', { ...BY, resource: 'ann' })).status).toBe(404);
    expect((await send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(204);
    expect((await send('GET', '/holds')).body).toMatchObject({ holds: [] });
  });

  it('confirms a link, line by line', async () => {
    await stage(`${KNOWN}ann`);
    await stage('ben');
    const plan = await makePlan();
    const [link, create] = await linesOf(plan);
    expect(link).toMatchObject({ kind: 'link', needsConfirmation: true, matches: [{ by: 'name' }] });
    expect(create).toMatchObject({ kind: 'create', needsConfirmation: false });
    expect((await send('POST', `/plans/${plan}/lines/1/confirm`, BY)).status).toBe(204);
    expect(await linesOf(plan, '?kind=link')).toMatchObject([{ confirmedBy: 'Grace' }]);
    expect((await send('POST', `/plans/${plan}/lines/2/confirm`, BY)).body).toMatchObject({ type: 'needsNone' });
    expect((await send('POST', `/plans/${plan}/lines/one/confirm`, BY)).status).toBe(404);
  });

  it('shows the outcome of each line', async () => {
    await stage('ann');
    await stage(`${REFUSED}ben`);
    const plan = await makePlan();
    await applied(plan);
    expect(await linesOf(plan, '?state=failed')).toMatchObject([
      { number: 2, state: 'failed', detail: 'There is no license left.' },
    ]);
  });

  it('shows and changes the policy', async () => {
    expect((await send('GET', '/policy')).body).toMatchObject({ revision: 0, deactivation: 'deactivate' });
    const changed = await send('PATCH', '/policy', { ...BY, deleteGraceDays: 14, attributes: { title: 'jobTitle' } });
    expect(changed.body).toMatchObject({ revision: 1, deactivation: 'deactivate', deleteGraceDays: 14 });
    expect(changed.body['attributes']).toEqual({ title: 'jobTitle' });
    expect((await send('GET', '/policy')).body).toEqual(changed.body);
    for (const change of [{ attributes: { hat: 'hat' } }, { deleteGraceDays: 1.5 }, { deactivation: 'forget' }]) {
      expect((await send('PATCH', '/policy', { ...BY, ...change })).body).toMatchObject({ status: '400' });
    }
    expect((await send('PATCH', '/policy', { deleteGraceDays: 1 })).status).toBe(400);
  });

  it('refuses whoever has no name', async () => {
    for (const path of ['/plans', '/mirror/reset', '/mirror/adopt']) {
      expect((await send('POST', path, { by: ' ' })).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
    }
    expect((await send('PATCH', '/policy', { by: '\t', deleteGraceDays: 2 })).status).toBe(400);
    expect((await send('GET', '/policy')).body).toMatchObject({ revision: 0 });
    expect((await send('GET', '/plans')).body).toMatchObject({ plans: [] });
  });

  it('cancels the run of a tenant that is deleted, and says so', async () => {
    await stage(`${SLOW}zoe`);
    const plan = await makePlan();
    const run = textOf((await apply(plan)).body, 'runId');
    const path = `/admin/api/tenants/${tenant.id}`;
    const deleted = await server.send({ method: 'DELETE', path, token: server.adminToken });
    expect([deleted.status, deleted.headers['x-canceled-run']]).toEqual([204, run]);
    expect((await server.send({ path, token: server.adminToken })).status).toBe(404);
  }, 60_000);

  it('shows, adopts, resets and compares the mirror', async () => {
    expect((await send('GET', '/mirror')).body).toMatchObject({
      since: null,
      belongs: true,
      listing: false,
      accounts: 0,
    });
    await stage('ann');
    await applied(await makePlan());
    const address = receiver.environment['SYNC_BACKEND_URL'];
    const mine = { belongsTo: { kind: 'http', address, backendId: null }, by: 'Grace', belongs: true, accounts: 1 };
    expect((await send('GET', '/mirror')).body).toMatchObject(mine);
    expect((await send('POST', '/mirror/verify', BY)).body).toMatchObject({ status: '409', reason: 'noListing' });
    expect(await send('POST', '/mirror/adopt', BY)).toMatchObject({ status: 200, body: mine });
    expect(await send('POST', '/mirror/reset', BY)).toMatchObject({ status: 200, body: { ...mine, accounts: 0 } });
    const made = await send('POST', '/plans', BY);
    expect(made.body).toMatchObject({ counts: { create: 1 }, repairs: false, backend: { address } });
    for (const path of ['/mirror/verify', '/mirror/adopt', '/mirror/reset']) {
      expect((await send('POST', path, { by: '' })).status).toBe(400);
    }
  });

  it('applies at once what the policy approves', async () => {
    await stage('ann');
    await send('PATCH', '/policy', { ...BY, autoApprove: true });
    const made = await send('POST', '/plans', BY);
    const run = textOf(made.body, 'runId');
    expect(await untilRun('finished')).toMatchObject({ runId: run, counts: { applied: 1 } });
  });

  it('answers another tenant’s plans and runs like those that never were', async () => {
    await stage('ann');
    const plan = await makePlan();
    const run = await applied(plan);
    const other = await server.createTenant();
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
      const foreign = await send(method, path, body, other);
      const never = await send(method, path.replace(plan, NEVER).replace(run, NEVER), body, other);
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, never.body]);
    }
    expect((await send('GET', '/plans', undefined, other)).body).toEqual({ plans: [], next: null });
    expect((await send('GET', '/audit', undefined, other)).body).toEqual({ entries: [], next: null });
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

const textOf = (body: JsonObject, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : expect.fail(`there is no ${name} in ${JSON.stringify(body)}`);
};

const objectsIn = (body: JsonObject, name: string): readonly JsonObject[] => {
  const list = body[name];
  return list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : expect.fail(`there are no ${name}`);
};
