import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestTenant } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';

let server: TestServer;
let tenant: TestTenant;
let folder: string;
let ada: Visitor;
let sync: string;
const ids: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-export-'));
  server = await startTestServer(sqliteStorage, { SYNC_EXPORT_DIR: folder });
  tenant = await server.createTenant('Contoso');
  sync = `/admin/tenants/${tenant.id}/sync`;
  for (const name of ['ada', 'ben', 'cem', 'dea', 'eve']) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const { body } = await tenant.send('POST', '/Users', { schemas, userName: name, displayName: `<b>${name}</b>` });
    ids.push(String(body['id']));
  }
  ada = new Visitor(server);
  await ada.signIn('Ada');
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const admin = (method: string, path: string, body: JsonObject) =>
  server.send({
    ...{ method, path: `/admin/api${path}`, token: server.adminToken, body },
    headers: { 'Content-Type': 'application/json' },
  });

const makePlan = async (): Promise<string> => (await ada.post(`${sync}/plan`, {}, { on: sync })).headers.location ?? '';

/** Applies a plan and waits until its run is over. @returns the run's page */
async function apply(plan: string, fields: Record<string, string> = {}): Promise<string> {
  const { headers, status, text } = await ada.post(`${plan}/apply`, fields, { on: plan });
  expect([status, text.includes('role="alert"')]).toEqual([303, false]);
  const run = headers.location ?? '';
  await expect.poll(async () => (await ada.get(run)).text, { timeout: 10_000 }).toContain('finished');
  return run;
}

const disable = (id: string | undefined): Promise<unknown> =>
  tenant.send('PATCH', `/Users/${id ?? ''}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value: false }],
  });

describe('the sync pages of a company', () => {
  it('lead from a plan through its lines to a run, and back by an undo', async () => {
    const plan = await makePlan();
    const { text } = await ada.get(plan);
    expect(text).toContain('5 lines');
    expect(text).toContain('&lt;b>ada');
    expect(text).not.toContain('<b>');
    const run = await apply(plan);
    expect((await ada.get(run)).text).toContain('5 lines applied');
    const undone = await ada.post(`${run}/undo`, {}, { on: run });
    expect((await ada.get(undone.headers.location ?? '')).text).toContain('Undoes');
    await ada.post(`${undone.headers.location ?? ''}/discard`, {}, { on: sync });
  });

  it('show the lines that a filter selects', async () => {
    await disable(ids[0]);
    const plan = await makePlan();
    const { text } = await ada.get(`${plan}?subject=account&kind=deactivate`);
    expect(text).toContain('Only subject account, kind deactivate.');
    expect((await ada.get(`${plan}?kind=nonsense`)).status).toBe(400);
  });

  it('hold what a line is about, say by whom and why, and release it', async () => {
    const plan = await makePlan();
    const hold =
      /href="([^"]+\/sync\/hold\?[^"]+)"/u.exec((await ada.get(plan)).text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const form = new URL(hold, server.url).searchParams;
    const fields = { resource: form.get('resource') ?? '', next: form.get('next') ?? '', reason: 'on leave <i>' };
    const held = await ada.post(`${sync}/hold`, fields, { on: hold });
    expect([held.status, held.headers.location]).toEqual([303, form.get('next')]);
    const holds = await ada.get(`${sync}/holds`);
    expect(holds.text).toContain('on leave &lt;i>');
    expect((await ada.get(await makePlan())).text).toContain('held, would deactivate');
    await ada.post(`${sync}/holds/release`, { resource: fields.resource }, { on: `${sync}/holds` });
    expect((await ada.get(`${sync}/holds`)).text).toContain('Nothing is held.');
  });

  it('hold all lines that match a filter, in the plan that was read', async () => {
    const plan = await makePlan();
    const digest = /name="digest" value="([^"]+)"/u.exec((await ada.get(plan)).text)?.[1] ?? '';
    const fields = { digest, filter: 'kind eq "deactivate"', reason: 'ask them', 'until-changed': 'yes' };
    const stale = await ada.post(`${plan}/hold`, { ...fields, digest: 'another' }, { on: plan });
    expect([stale.status, (await ada.get(`${sync}/holds`)).text.includes('Nothing is held.')]).toEqual([409, true]);
    await ada.post(`${plan}/hold`, fields, { on: plan });
    const { text } = await ada.get(`${sync}/holds`);
    expect(text).toContain('Entra changes it');
    await ada.post(`${sync}/holds/release`, { resource: ids[0] ?? '' }, { on: `${sync}/holds` });
  });

  it('apply what loses access beyond the guard only with the number typed', async () => {
    for (const id of ids) await disable(id);
    const plan = await makePlan();
    for (const confirm of ['', '4', 'five']) {
      const { status } = await ada.post(`${plan}/apply`, { confirm }, { on: plan });
      expect([confirm, status]).toEqual([confirm, confirm === 'five' ? 400 : 409]);
    }
    await apply(plan, { confirm: '5' });
    expect((await ada.get(`/admin/tenants/${tenant.id}`)).text).toContain('Entra calls; nothing waits.');
  });

  it('leave what goes beyond the guard to a second person, who signed in with a token of their own', async () => {
    const change = { by: 'Ada', secondPerson: true, guard: { number: 0 } };
    await admin('PATCH', `/tenants/${tenant.id}/sync/policy`, change);
    expect((await ada.get(`${sync}/policy`)).text).toContain('are applied by somebody other than who made them');
    const activate = { op: 'replace', path: 'active', value: true };
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    await tenant.send('PATCH', `/Users/${ids[1] ?? ''}`, { schemas, Operations: [activate] });
    await apply(await makePlan());
    await disable(ids[1]);
    const plan = await makePlan();
    const own = await ada.get(plan);
    expect([own.text.includes('somebody else has to apply it'), own.text.includes(`${plan}/apply`)]).toEqual([
      true,
      false,
    ]);
    const refused = await ada.post(`${plan}/apply`, { confirm: '1' }, { on: plan });
    expect([refused.status, refused.text.includes('ask somebody else to review and apply it')]).toEqual([409, true]);
    await ada.signIn('Ben');
    expect((await ada.post(`${plan}/apply`, { confirm: '1' }, { on: plan })).text).toContain(
      'counts as the same person',
    );
    await ada.signIn('Ada');
    const { body } = await admin('POST', '/admin-tokens', { label: 'Cleo', role: 'operator' });
    const cleo = new Visitor({ ...server, url: server.url, adminToken: String(body['token']) });
    await cleo.signIn();
    expect((await cleo.get(plan)).text).toContain('Ada made it: you are the second person');
    const started = await cleo.post(`${plan}/apply`, { confirm: '1' }, { on: plan });
    expect(started.status).toBe(303);
    const run = started.headers.location ?? '';
    await expect.poll(async () => (await ada.get(run)).text, { timeout: 10_000 }).toContain('finished');
    expect((await ada.get(`${sync}/audit`)).text).toContain('madeBy');
    await admin('PATCH', `/tenants/${tenant.id}/sync/policy`, {
      by: 'Ada',
      secondPerson: false,
      guard: { number: 50 },
    });
  });

  it('record who did it', async () => {
    const { text } = await ada.get(`${sync}/audit`);
    expect(text).toContain('plan.made');
    expect(text).toContain('Ada');
    expect((await ada.get(`${sync}/policy`)).text).toContain('is deactivated');
  });

  it('compare a plan with the one before, say that it is stale, sample it, and tell what a person went through', async () => {
    await makePlan();
    const plan = await makePlan();
    const { text } = await ada.get(plan);
    const compare = /href="([^"]+\/compare\/[^"]+)"/u.exec(text)?.[1] ?? '';
    expect((await ada.get(compare)).text).toContain('Nothing differs.');
    expect((await ada.get(`${plan}?sample=20&seed=2`)).text).toContain('20 lines at random');
    await apply(await makePlan());
    expect((await ada.get(plan)).text).toContain('Stale: Ada applied another plan at');
    expect((await ada.get(sync)).text).toMatch(/lines? applied, 0 skipped/u);
    expect((await ada.get(`${sync}/history?resource=${ids[1] ?? ''}`)).text).toContain('line.applied');
    expect((await ada.get(`${sync}/audit`)).text).toMatch(/run\.finished.*plan\.made/su);
  });
});
