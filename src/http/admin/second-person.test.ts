import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { UNANSWERED } from '../../sync/testing/receiver.fixture.js';
import type { Answer } from '../testing/server.fixture.js';
import { objectsIn, syncServer, textOf } from './sync-server.fixture.js';

/** What is refused to whoever made a guarded plan. */
const REFUSED = { status: '409', type: 'confirmationNeeded', reason: 'secondPerson', affected: 1 };

describe.each(storageKinds)('the second person for guarded plans on $name', (kind) => {
  const at = syncServer(kind);
  let ann: string;
  let tokens = 0;

  /** Sends a request with an admin token, or with the ADMIN_TOKEN. */
  const send = (method: string, path: string, body: JsonObject, token = at.server.adminToken): Promise<Answer> =>
    at.server.send({
      ...{ method, path: `/admin/api/tenants/${at.tenant.id}/sync${path}`, token, body },
      headers: { 'Content-Type': 'application/json' },
    });

  const policy = (change: JsonObject): Promise<Answer> => send('PATCH', '/policy', { by: 'Root', ...change });

  /** A new admin token with the role operator. */
  async function tokenOf(label: string): Promise<string> {
    const { body } = await at.server.send({
      ...{ method: 'POST', path: '/admin/api/admin-tokens', token: at.server.adminToken },
      ...{
        headers: { 'Content-Type': 'application/json' },
        body: { label: `${label} ${(tokens += 1)}`, role: 'operator' },
      },
    });
    return textOf(body, 'token');
  }

  const planBy = async (by: string, token?: string): Promise<string> =>
    textOf((await send('POST', '/plans', { by }, token)).body, 'planId');

  const apply = (plan: string, by: string, token?: string): Promise<Answer> =>
    send('POST', `/plans/${plan}/apply`, { by, confirm: 1 }, token);

  /** The plan is applied with the ADMIN_TOKEN or another one, and its run ends. */
  async function applied(plan: string, by: string, token?: string): Promise<string> {
    const started = await apply(plan, by, token);
    expect([started.status, started.body]).toMatchObject([202, { by: expect.any(String) as string }]);
    await at.untilRun('finished');
    return textOf(started.body, 'runId');
  }

  // The next plan deactivates one of two accounts, which the guard does not let pass.
  beforeEach(async () => {
    ann = await at.stage('ann');
    await at.stage('ben');
    await at.applied(await at.makePlan());
    expect((await policy({ secondPerson: true, guard: { number: 0 } })).body).toMatchObject({ secondPerson: true });
    await at.disable(ann);
  });

  it('is somebody with another admin token than who made the plan, whatever either calls themselves', async () => {
    const [anna, ben] = [await tokenOf('Anna'), await tokenOf('Ben')];
    const plan = await planBy('Ben', anna);
    expect((await at.send('GET', `/plans/${plan}/summary`)).body).toMatchObject({ secondPerson: true });
    const { body } = await apply(plan, 'Ben', anna);
    expect(body).toMatchObject(REFUSED);
    expect(body['detail']).toMatch(
      /^The plan deactivates 1 and deletes 0 of 2 accounts\. Anna \d+ made it, and the policy has a second person/u,
    );
    expect((await at.send('GET', `/plans/${plan}`)).body).toMatchObject({ state: 'open' });
    await applied(plan, 'anybody', ben);
    const entries = objectsIn((await at.send('GET', '/audit?order=newest&limit=20')).body, 'entries');
    expect(entries.find(({ action, planId }) => action === 'run.started' && planId === plan)).toMatchObject({
      by: expect.stringMatching(/^Ben \d+$/u) as string,
      detail: { secondPerson: { madeBy: expect.stringMatching(/^Anna \d+$/u) as string } },
    });
  });

  it('is nobody with the ADMIN_TOKEN where the plan was made with it, by whatever name; somebody with a token of their own is', async () => {
    const plan = await planBy('Anna');
    for (const by of ['Anna', ' aNNa ', 'An\u200Bna', 'Ben'])
      expect((await apply(plan, by)).body).toMatchObject(REFUSED);
    expect((await apply(plan, 'Ben')).body['detail']).toContain('with the ADMIN_TOKEN, in the name of Anna');
    await applied(plan, 'Anna', await tokenOf('Ben'));
  });

  it('is somebody with the ADMIN_TOKEN by another name where the plan was made with another token', async () => {
    const anna = await tokenOf('Anna');
    const plan = await planBy('whoever', anna);
    const { by } = (await at.send('GET', `/plans/${plan}`)).body;
    const label = String(by);
    for (const same of [
      label.toUpperCase(),
      ` ${label} `,
      label.replace(' ', ''),
      `${label}\u200B`,
      label.replace('A', 'Ａ'),
    ]) {
      expect([same, (await apply(plan, same)).body]).toMatchObject([same, REFUSED]);
    }
    await applied(plan, 'Ben');
  });

  it('is wanted for a plan that was made under the policy, after the policy and the guard were changed', async () => {
    const plan = await planBy('Anna');
    await policy({ secondPerson: false, guard: { number: 1000, share: 1 } });
    expect((await at.send('GET', `/plans/${plan}/summary`)).body).toMatchObject({ secondPerson: true, guarded: [] });
    const { body } = await apply(plan, 'Anna');
    expect(body).toMatchObject(REFUSED);
    expect(body['detail']).toContain('The plan went beyond the guard when it was made.');
    await applied(plan, 'x', await tokenOf('Ben'));
  });

  it('is wanted for a plan that was made before, and for what undoes a run; for no plan within the guard', async () => {
    await policy({ secondPerson: false });
    const before = await planBy('Anna');
    await policy({ secondPerson: true });
    expect((await apply(before, 'Anna')).body).toMatchObject(REFUSED);
    const ben = await tokenOf('Ben');
    await at.stage('eve');
    const run = await applied(await planBy('Anna'), 'Anna', ben);
    await policy({ guard: { number: 0, share: 0 } });
    const undo = textOf((await send('POST', `/runs/${run}/undo`, { by: 'Anna' })).body, 'planId');
    const { affected } = (await at.send('GET', `/plans/${undo}`)).body;
    expect([affected, (await apply(undo, 'Anna')).body]).toMatchObject([1, REFUSED]);
    expect((await apply(undo, 'Ben')).body).toMatchObject(REFUSED);
    await applied(undo, 'Anna', ben);
    await policy({ guard: { number: 1000, share: 1 } });
    await at.stage('dora');
    const harmless = await planBy('Anna');
    expect((await at.send('GET', `/plans/${harmless}/summary`)).body).toMatchObject({ secondPerson: false });
    expect((await send('POST', `/plans/${harmless}/apply`, { by: 'Anna' })).status).toBe(202);
    await at.untilRun('finished');
  });

  it('is not wanted once more by whoever continues the run, also its maker', async () => {
    await at.stage(`${UNANSWERED}eve`);
    const plan = await planBy('Anna');
    expect((await apply(plan, 'x', await tokenOf('Ben'))).status).toBe(202);
    await send('POST', '/pause', { by: 'Anna' });
    await at.untilRun('paused');
    at.receiver.answerAll();
    expect((await send('POST', '/resume', { by: 'Anna' })).status).toBe(202);
    await at.untilRun('finished');
  });
});
