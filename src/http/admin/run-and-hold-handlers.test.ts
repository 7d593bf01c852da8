import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { KNOWN, REFUSED, SLOW, UNANSWERED } from '../../sync/testing/receiver.fixture.js';
import { BY, GROUP, objectsIn, syncServer, textOf } from './sync-server.fixture.js';

describe.each(storageKinds)('the admin API of the review-and-apply workflow on $name', (kind) => {
  const at = syncServer(kind);

  it('lets a tenant have one run, which can be paused, resumed and canceled', async () => {
    for (const action of ['pause', 'resume', 'cancel']) {
      expect((await at.send('POST', `/${action}`, BY)).body).toMatchObject({ status: '409', type: 'noActiveRun' });
    }
    await at.stage(`${UNANSWERED}ann`);
    const plan = await at.makePlan();
    const run = textOf((await at.apply(plan)).body, 'runId');
    expect((await at.apply(plan)).body).toMatchObject({ status: '409', type: 'runActive', runId: run });
    for (const path of ['/resume', '/plans']) {
      expect((await at.send('POST', path, BY)).body).toMatchObject({ status: '409', type: 'runActive', runId: run });
    }
    expect((await at.send('POST', `/runs/${run}/undo`, BY)).body).toMatchObject({ type: 'runNotEnded' });
    const paused = await at.send('POST', '/pause', BY);
    expect([paused.status, paused.body]).toMatchObject([202, { runId: run }]);
    await at.untilRun('paused');
    expect(await at.send('POST', '/resume', BY)).toMatchObject({ status: 202, body: { runId: run } });
    expect(await at.send('POST', '/pause', BY)).toMatchObject({ status: 202 });
    await at.untilRun('paused');
    at.receiver.answerAll();
    expect(await at.send('POST', '/cancel', BY)).toMatchObject({ status: 202, body: { runId: run } });
    expect(await at.untilRun('cancelled')).toMatchObject({ counts: { left: 0 } });
  });

  it('holds and releases by id and by userName', async () => {
    const ann = await at.stage('ann');
    const held = await at.send('PUT', '/holds', { ...BY, resource: 'ANN', reason: 'Ask HR first' });
    const hold = { subject: 'account', resourceId: ann, memberId: null, by: 'Grace', reason: 'Ask HR first' };
    expect([held.status, held.body]).toMatchObject([200, hold]);
    expect((await at.send('GET', '/holds')).body).toMatchObject({ holds: [hold], next: null });
    expect(await at.linesOf(await at.makePlan())).toMatchObject([{ kind: 'held', would: 'create' }]);
    expect((await at.send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(204);
    expect((await at.send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(404);
    expect((await at.send('PUT', '/holds', { ...BY, resource: 'zoe', reason: 'x' })).status).toBe(404);
    expect((await at.send('PUT', '/holds', { ...BY, resource: ann, member: ann, reason: 'x' })).status).toBe(400);
  });

  it('holds one membership, and lists holds a page at a time', async () => {
    const ann = await at.stage('ann');
    const made = await at.tenant.send('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'W',
      members: [{ value: ann }],
    });
    const group = textOf(made.body, 'id');
    await at.send('PUT', '/holds', { ...BY, resource: group, member: 'ann', reason: 'x' });
    await at.send('PUT', '/holds', { ...BY, resource: ann, reason: 'x' });
    const first = (await at.send('GET', '/holds?limit=1')).body;
    expect(first).toMatchObject({ holds: [{ subject: 'account', resourceId: ann }] });
    const second = (await at.send('GET', `/holds?limit=1&after=${textOf(first, 'next')}`)).body;
    expect(second).toMatchObject({ holds: [{ subject: 'membership', resourceId: group, memberId: ann }], next: null });
  });

  it('holds and releases many: lines by a filter and the digest, holds by plan, run and filter', async () => {
    for (const name of ['ann', 'bob', 'cid']) await at.stage(name, { title: name === 'ann' ? 'Chef' : 'Baker' });
    const plan = await at.makePlan();
    const { digest } = (await at.send('GET', `/plans/${plan}`)).body;
    const hold = { ...BY, reason: 'HR asks', filter: 'changes[attribute eq "jobTitle" and after eq "baker"]' };
    const wrong = await at.send('POST', `/plans/${plan}/holds`, { ...hold, digest: '0'.repeat(64) });
    expect([wrong.status, wrong.body]).toMatchObject([409, { type: 'planStale' }]);
    const unknown = { ...hold, filter: 'salary gt 1', digest: digest ?? null };
    expect((await at.send('POST', `/plans/${plan}/holds`, unknown)).body).toMatchObject({ scimType: 'invalidValue' });
    const until = '2999-01-01T01:00:00+01:00';
    const held = await at.send('POST', `/plans/${plan}/holds`, { ...hold, until, digest: digest ?? null });
    expect([held.status, held.body]).toEqual([200, { held: 2 }]);
    expect((await at.send('GET', '/holds')).body).toMatchObject({
      holds: [
        { name: 'bob', until: '2999-01-01T00:00:00.000Z', by: 'Grace' },
        { name: 'cid', reason: 'HR asks' },
      ],
    });
    const release = async (selection: JsonObject) =>
      (await at.send('POST', '/holds/release-many', { ...BY, ...selection })).body;
    expect(await release({})).toMatchObject({ scimType: 'invalidValue' });
    expect(await release({ all: true, filter: 'name eq "bob"' })).toMatchObject({ scimType: 'invalidValue' });
    expect(await release({ filter: 'name eq "bob" and by eq "grace"' })).toEqual({ released: 1 });
    expect(await release({ planId: await at.makePlan() })).toEqual({ released: 1 });
    const run = await at.applied(await at.makePlan());
    const undo = textOf((await at.send('POST', `/runs/${run}/undo`, BY)).body, 'planId');
    expect((await at.send('POST', `/plans/${undo}/apply`, { ...BY, confirm: 3 })).status).toBe(202);
    await at.untilRun('finished');
    expect(await release({ runId: run })).toEqual({ released: 3 });
    expect(await release({ all: true })).toEqual({ released: 0 });
    const audit = objectsIn((await at.send('GET', '/audit?limit=1000')).body, 'entries');
    const count = (action: string) => audit.filter((entry) => entry['action'] === action).length;
    expect([count('hold.put'), count('hold.released')]).toEqual([2, 5]);
  });

  it('releases what nothing but the hold is left of', async () => {
    const ann = await at.stage('ann');
    await at.send('PUT', '/holds', { ...BY, resource: 'ann', reason: 'x' });
    expect((await at.tenant.send('DELETE', `/Users/${ann}`)).status).toBe(204);
    expect((await at.send('POST', '/holds/release', { ...BY, resource: 'ann' })).status).toBe(404);
    expect((await at.send('POST', '/holds/release', { ...BY, resource: ann })).status).toBe(204);
    expect((await at.send('GET', '/holds')).body).toMatchObject({ holds: [] });
  });

  it('confirms a link, line by line', async () => {
    await at.stage(`${KNOWN}ann`);
    await at.stage('ben');
    const plan = await at.makePlan();
    const [link, create] = await at.linesOf(plan);
    expect(link).toMatchObject({ kind: 'link', needsConfirmation: true, matches: [{ by: 'name' }] });
    expect(create).toMatchObject({ kind: 'create', needsConfirmation: false });
    expect((await at.send('POST', `/plans/${plan}/lines/1/confirm`, BY)).status).toBe(204);
    expect(await at.linesOf(plan, '?kind=link')).toMatchObject([{ confirmedBy: 'Grace' }]);
    expect((await at.send('POST', `/plans/${plan}/lines/2/confirm`, BY)).body).toMatchObject({ type: 'needsNone' });
    expect((await at.send('POST', `/plans/${plan}/lines/one/confirm`, BY)).status).toBe(404);
  });

  it('shows the outcome of each line', async () => {
    await at.stage('ann');
    await at.stage(`${REFUSED}ben`);
    const plan = await at.makePlan();
    await at.applied(plan);
    expect(await at.linesOf(plan, '?state=failed')).toMatchObject([
      { number: 2, state: 'failed', detail: 'There is no license left.' },
    ]);
  });

  it('shows and changes the policy', async () => {
    expect((await at.send('GET', '/policy')).body).toMatchObject({ revision: 0, deactivation: 'deactivate' });
    const changed = await at.send('PATCH', '/policy', {
      ...BY,
      deleteGraceDays: 14,
      attributes: { title: 'jobTitle' },
    });
    expect(changed.body).toMatchObject({ revision: 1, deactivation: 'deactivate', deleteGraceDays: 14 });
    expect(changed.body['attributes']).toEqual({ title: 'jobTitle' });
    expect((await at.send('GET', '/policy')).body).toEqual(changed.body);
    for (const change of [{ attributes: { hat: 'hat' } }, { deleteGraceDays: 1.5 }, { deactivation: 'forget' }]) {
      expect((await at.send('PATCH', '/policy', { ...BY, ...change })).body).toMatchObject({ status: '400' });
    }
    expect((await at.send('PATCH', '/policy', { deleteGraceDays: 1 })).status).toBe(400);
  });

  it('refuses whoever has no name', async () => {
    for (const path of ['/plans', '/mirror/reset', '/mirror/adopt']) {
      expect((await at.send('POST', path, { by: ' ' })).body).toMatchObject({
        status: '400',
        scimType: 'invalidValue',
      });
    }
    expect((await at.send('PATCH', '/policy', { by: '\t', deleteGraceDays: 2 })).status).toBe(400);
    expect((await at.send('GET', '/policy')).body).toMatchObject({ revision: 0 });
    expect((await at.send('GET', '/plans')).body).toMatchObject({ plans: [] });
  });

  it('cancels the run of a tenant that is deleted, and says so', async () => {
    await at.stage(`${SLOW}zoe`);
    const plan = await at.makePlan();
    const run = textOf((await at.apply(plan)).body, 'runId');
    const path = `/admin/api/tenants/${at.tenant.id}`;
    const deleted = await at.server.send({ method: 'DELETE', path, token: at.server.adminToken });
    expect([deleted.status, deleted.headers['x-canceled-run']]).toEqual([204, run]);
    expect((await at.server.send({ path, token: at.server.adminToken })).status).toBe(404);
  }, 60_000);

  it('shows, adopts, resets and compares the mirror', async () => {
    expect((await at.send('GET', '/mirror')).body).toMatchObject({
      since: null,
      belongs: true,
      listing: false,
      accounts: 0,
    });
    await at.stage('ann');
    await at.applied(await at.makePlan());
    const address = at.receiver.environment['SYNC_BACKEND_URL'];
    const mine = { belongsTo: { kind: 'http', address, backendId: null }, by: 'Grace', belongs: true, accounts: 1 };
    expect((await at.send('GET', '/mirror')).body).toMatchObject(mine);
    expect((await at.send('POST', '/mirror/verify', BY)).body).toMatchObject({ status: '409', reason: 'noListing' });
    expect(await at.send('POST', '/mirror/adopt', BY)).toMatchObject({ status: 200, body: mine });
    expect(await at.send('POST', '/mirror/reset', BY)).toMatchObject({ status: 200, body: { ...mine, accounts: 0 } });
    const made = await at.send('POST', '/plans', BY);
    expect(made.body).toMatchObject({ counts: { create: 1 }, repairs: false, backend: { address } });
    for (const path of ['/mirror/verify', '/mirror/adopt', '/mirror/reset']) {
      expect((await at.send('POST', path, { by: '' })).status).toBe(400);
    }
  });

  it('applies at once what the policy approves', async () => {
    await at.stage('ann');
    await at.send('PATCH', '/policy', { ...BY, autoApprove: true });
    const made = await at.send('POST', '/plans', BY);
    const run = textOf(made.body, 'runId');
    expect(await at.untilRun('finished')).toMatchObject({ runId: run, counts: { applied: 1 } });
  });
});
