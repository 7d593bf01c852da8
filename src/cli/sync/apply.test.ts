import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject } from '../../protocol/json.js';
import { newGroup } from '../../storage/testing/resources.fixture.js';
import { REFUSED } from '../../sync/testing/receiver.fixture.js';
import { printedJson, runOn } from '../command-line.fixture.js';
import { NOTHING, syncCommands, UUID } from './testing/commands.fixture.js';

const at = syncCommands();

describe('sync plan', () => {
  it('prints one line of JSON that other programs depend on', async () => {
    await at.stage('ann');
    await at.stage('ben');
    const json = printedJson(await at.sync('plan', ['--json']));
    expect(json).toEqual({
      planId: UUID,
      digest: expect.stringMatching(/^[\da-f]{64}$/u) as string,
      counts: { ...NOTHING, create: 2 },
      groups: NOTHING,
      memberships: { add: 0, remove: 0 },
    });
    expect(Object.keys(json)).toEqual(['planId', 'digest', 'counts', 'groups', 'memberships']);
  });

  it('tells a person what to do next', async () => {
    await at.stage('ann');
    const { stdout, status } = await at.sync('plan');
    expect(status).toBe(0);
    expect(stdout).toContain('create\t1\t0\t');
    for (const command of ['show', 'apply', 'discard']) {
      expect(stdout).toContain(`flexwhere-scim sync ${command} --tenant Contoso --plan `);
    }
    expect(stdout).not.toContain('sync link');
  });

  it('says when there is nothing to do', async () => {
    await at.stage('ann');
    await at.applied();
    expect((await at.sync('plan')).stdout).toContain(
      'There is nothing to do: the backend already has everything that is staged.',
    );
  });

  it('says when what differs is held', async () => {
    await at.stage('ann');
    await at.sync('hold', ['ann', '--reason', 'new']);
    expect((await at.sync('plan')).stdout).toContain(
      'There is nothing to apply: every difference is held or in conflict.',
    );
  });

  it('does not say that nothing is left where memberships are held or wait, or users have no account', async () => {
    const ann = await at.stage('ann');
    await at.applied();
    const bob = await at.stage('bob', { active: false });
    expect((await at.sync('plan')).stdout).toContain('1 disabled user has none.');
    await at.test.storage.write(at.staged.id, async (directory) => {
      await directory.insert(newGroup('wardens'));
      await directory.changeMembers('wardens', [{ kind: 'delta', clear: false, add: [ann, bob], remove: [] }]);
    });
    const { stdout } = await at.sync('plan');
    expect(stdout).toContain('1 membership waits: the backend has not both the group and the member');
    await at.applied();
    const waiting = (await at.sync('plan')).stdout;
    expect(waiting).toContain('There is nothing to apply.');
    expect(waiting).toContain('1 membership waits');
    await at.sync('policy', ['--pass-groups', 'off']);
    expect((await at.sync('plan')).stdout).toContain('the policy passes on no groups');
    await at.sync('policy', ['--pass-groups', 'on']);
    await at.change(bob, 'active', true);
    await at.applied();
    await at.sync('hold', ['wardens', '--member', ann, '--reason', 'new']);
    await at.test.storage.write(at.staged.id, (directory) =>
      directory.changeMembers('wardens', [{ kind: 'delta', clear: false, add: [], remove: [ann] }]),
    );
    const held = (await at.sync('plan')).stdout;
    expect(held).toContain('held\t0\t0\t1');
    expect(held).toContain('There is nothing to apply: every difference is held or in conflict.');
  });

  it('applies the plan and waits for it where the policy approves it', async () => {
    await at.stage('ann');
    await at.sync('policy', ['--auto-approve', 'on']);
    const outcome = await at.sync('plan', ['--json']);
    expect(printedJson(outcome)).toMatchObject({ counts: { create: 1 }, runId: UUID });
    expect(printedJson(await at.sync('status', ['--json']))).toMatchObject({
      run: { state: 'finished', counts: { applied: 1 } },
    });
    await at.stage('ben');
    const { stdout } = await at.sync('plan');
    expect(stdout).toContain('approves it without a review');
    expect(stdout).toContain('finished: 1 applied, 0 skipped, 0 failed.');
  });
});

describe('sync apply', () => {
  it('prints the outcomes of the lines, and leaves files that a person can open', async () => {
    await at.stage('ann');
    const outcome = await at.sync('apply', ['--plan', await at.makePlan(), '--json']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(printedJson(outcome)).toEqual({ runId: UUID, applied: 1, skipped: 0, failed: 0 });
    expect(await readdir(join(at.folder, at.staged.id))).toContain('accounts.csv');
    expect(await readFile(join(at.folder, at.staged.id, 'accounts.csv'), 'utf8')).toContain('ann');
  });

  it('leaves a guarded plan to somebody else where the policy wants a second person, or ends with 3', async () => {
    const ann = await at.stage('ann');
    await at.applied();
    expect((await at.sync('policy', ['--guard-number', '0', '--second-person', 'on'])).stdout).toContain(
      'second-person\ton',
    );
    await at.change(ann, 'active', false);
    const { planId } = printedJson(await at.sync('plan', ['--json', '--by', 'Anna']));
    const options = ['--plan', String(planId), '--confirm', '1'];
    const refused = await at.sync('apply', [...options, '--by', ' anna']);
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toContain('Anna made it, and the policy has a second person apply such a plan');
    expect(refused.stderr).toContain(
      `Another person runs: flexwhere-scim sync apply --tenant Contoso --plan ${String(planId)}`,
    );
    expect((await at.sync('apply', [...options, '--by', 'Ben'])).status).toBe(0);
  });

  it('needs a confirmation that names the number, or ends with 3', async () => {
    const ids = [await at.stage('ann'), await at.stage('ben')];
    await at.applied();
    await at.sync('policy', ['--guard-number', '1']);
    for (const id of ids) await at.change(id, 'active', false);
    const plan = await at.makePlan();
    for (const more of [[], ['--confirm', '1']]) {
      const refused = await at.sync('apply', ['--plan', plan, '--json', ...more]);
      expect(refused).toMatchObject({ status: 3, stdout: '' });
      expect(refused.stderr).toContain('deactivates 2 and deletes 0 of 2 accounts');
      expect(refused.stderr).toContain(`sync apply --tenant Contoso --plan ${plan} --confirm 2`);
    }
    expect(printedJson(await at.sync('apply', ['--plan', plan, '--json', '--confirm', '2']))).toMatchObject({
      applied: 2,
    });
  });

  it('asks on a terminal, and applies nothing unless the answer is yes', async () => {
    await at.stage('ann');
    const plan = await at.makePlan();
    for (const answer of ['', 'n', 'yesterday']) {
      const refused = await at.sync('apply', ['--plan', plan], { answer });
      expect(refused).toMatchObject({ status: 1 });
      expect(refused.stderr).toContain('1 line. None needs your eyes. Apply the plan? [y/N]');
      expect(refused.stderr).toContain('Nothing was changed.');
    }
    const outcome = await at.sync('apply', ['--plan', plan, '--json'], { answer: 'y' });
    expect(printedJson(outcome)).toMatchObject({ applied: 1 });
  });

  it('does not ask where --yes is given, nor without a terminal', async () => {
    await at.stage('ann');
    const outcome = await at.sync('apply', ['--plan', await at.makePlan(), '--yes'], { answer: '' });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
  });

  it('wants the number of people who lose access typed, where the guard trips', async () => {
    const ids = [await at.stage('ann'), await at.stage('ben'), await at.stage('cleo'), await at.stage('dora')];
    await at.applied();
    for (const id of ids.slice(0, 3)) await at.change(id, 'active', false);
    const plan = await at.makePlan();
    for (const [answer, status] of [
      ['y', 1],
      ['', 1],
      ['2', 3],
    ] as const) {
      const refused = await at.sync('apply', ['--plan', plan], { answer });
      expect(refused.status).toBe(status);
      expect(refused.stderr).toContain('The plan deactivates 3 and deletes 0 of 4 accounts.');
    }
    expect(await at.sync('apply', ['--plan', plan, '--yes'], { answer: '3' })).toMatchObject({ status: 3 });
    expect(await at.sync('apply', ['--plan', plan], { answer: '3' })).toMatchObject({ status: 0 });
  });

  it('is stopped by the guard where many values are blanked', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'cleo']) ids.push(await at.stage(name, { title: 'Engineer' }));
    await at.applied();
    for (const id of ids) await at.change(id, 'title', null);
    const plan = await at.makePlan();
    const refused = await at.sync('apply', ['--plan', plan]);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('blanks jobTitle of 3 of 3 accounts; confirm the number 0 to apply it.');
    expect(await at.sync('apply', ['--plan', plan, '--confirm', '0'])).toMatchObject({ status: 0 });
  });

  it('ends with 4 while the tenant has a run', async () => {
    const [first] = await at.applyUnanswered();
    const { plans } = printedJson(await at.sync('plans', ['--json']));
    const plan = plans !== undefined && isJsonArray(plans) && isJsonObject(plans[0]) ? String(plans[0]['planId']) : '';
    const second = await at.sync('apply', ['--plan', plan, '--json'], at.toReceiver());
    expect(second).toMatchObject({ status: 4, stdout: '' });
    expect(second.stderr).toContain('is running');
    for (const command of ['resume', 'plan'])
      expect(await at.sync(command, [], at.toReceiver())).toMatchObject({ status: 4 });
    at.receiver.answerAll();
    expect(await first).toMatchObject({ status: 0 });
  });

  it('ends with 1 where lines failed, and names them; the rest is applied', async () => {
    await at.stage('ann');
    await at.stage(`${REFUSED}ben`);
    const outcome = await at.sync('apply', ['--plan', await at.makePlan(at.toReceiver()), '--json'], at.toReceiver());
    expect(outcome.status).toBe(1);
    expect(printedJson(outcome)).toMatchObject({ applied: 1, skipped: 0, failed: 1 });
    expect(outcome.stderr).toContain('1 line failed');
    expect(outcome.stderr).toContain(`line 2, create ${REFUSED}ben: There is no license left.`);
  });

  it('ends with 0 where lines were only skipped, and names them', async () => {
    await at.stage('ann');
    const plan = await at.makePlan();
    await at.sync('hold', ['ann', '--reason', 'new']);
    const { status, stdout } = await at.sync('apply', ['--plan', plan]);
    expect(status).toBe(0);
    expect(stdout).toContain('0 applied, 1 skipped, 0 failed.\n  line 1, create ann: ');
  });

  it('pauses the run when the process is asked to stop, and says how to go on', async () => {
    const [applying] = await at.applyUnanswered({ stop: at.untilWaiting() });
    const outcome = (await applying) ?? expect.fail('nothing was applied');
    expect(outcome.status).toBe(1);
    expect(printedJson(outcome)).toMatchObject({ applied: 0, failed: 0 });
    expect(outcome.stderr).toContain('is paused. Resume it: flexwhere-scim sync resume --tenant Contoso');
    expect((await at.sync('status')).stdout).toContain('sync resume');
    at.receiver.answerAll();
    expect(printedJson(await at.sync('resume', ['--json'], at.toReceiver()))).toMatchObject({ applied: 1 });
  });

  it('refuses a plan that was discarded, is stale or is another tenant’s', async () => {
    await at.stage('ann');
    const [discarded, stale] = [await at.makePlan(), await at.makePlan()];
    await at.sync('discard', ['--plan', discarded]);
    await at.applied();
    await at.test.tenancy.createTenant('Fabrikam');
    const foreign = await runOn(at.test, ['sync', 'apply', '--tenant', 'Fabrikam', '--plan', stale]);
    expect(foreign).toMatchObject({ status: 1, stderr: 'flexwhere-scim: There is no plan with that id.\n' });
    expect((await at.sync('apply', ['--plan', discarded])).stderr).toContain('discarded');
    expect((await at.sync('apply', ['--plan', stale])).stderr).toContain('Make a new plan.');
  });
});
