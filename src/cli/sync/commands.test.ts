import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { StagedTenant } from '../../provisioning/staged-tenant.fixture.js';
import { newGroup } from '../../storage/testing/resources.fixture.js';
import { KNOWN, REFUSED, startReceiver, UNANSWERED, type Receiver } from '../../sync/testing/receiver.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions, type CommandOutcome } from '../command-line.fixture.js';

const NOTHING = {
  create: 0,
  link: 0,
  update: 0,
  deactivate: 0,
  reactivate: 0,
  delete: 0,
  conflict: 0,
  held: 0,
  unchanged: 0,
};

let test: TestTenancy;
let folder: string;
let staged: StagedTenant;
let receiver: Receiver;
beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-sync-'));
});
beforeEach(async () => {
  receiver = await startReceiver();
  const { tenant } = await test.tenancy.createTenant('Contoso');
  staged = new StagedTenant(test.storage, tenant.id);
});
afterEach(async () => {
  await receiver.close();
  await test.reset();
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const sync = (command: string, commandArguments: readonly string[] = [], options: CommandOptions = {}) =>
  runOn(test, ['sync', command, '--tenant', 'Contoso', ...commandArguments], {
    ...options,
    environment: { SYNC_EXPORT_DIR: folder, ...options.environment },
  });

/** To the receiver instead of files. */
const toReceiver = (): CommandOptions => ({ environment: receiver.environment });

const stage = (userName: string, more?: JsonObject): Promise<string> => staged.createUser(userName, more);

const change = (id: string, path: string, value: JsonValue): Promise<unknown> => staged.replaceAt(id, path, value);

async function makePlan(options?: CommandOptions): Promise<string> {
  const { planId } = printedJson(await sync('plan', ['--json'], options));
  return typeof planId === 'string' ? planId : expect.fail('there is no plan');
}

async function applied(options?: CommandOptions): Promise<string> {
  const { runId } = printedJson(await sync('apply', ['--plan', await makePlan(options), '--json'], options));
  return typeof runId === 'string' ? runId : expect.fail('there is no run');
}

const show = async (plan: string, ...more: string[]): Promise<string> =>
  (await sync('show', ['--plan', plan, ...more])).stdout;

const UUID = expect.stringMatching(/^[\da-f-]{36}$/u) as string;

describe('sync plan', () => {
  it('prints one line of JSON that other programs depend on', async () => {
    await stage('ann');
    await stage('ben');
    const json = printedJson(await sync('plan', ['--json']));
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
    await stage('ann');
    const { stdout, status } = await sync('plan');
    expect(status).toBe(0);
    expect(stdout).toContain('create\t1\t0\t');
    for (const command of ['show', 'apply', 'discard']) {
      expect(stdout).toContain(`flexwhere-scim sync ${command} --tenant Contoso --plan `);
    }
    expect(stdout).not.toContain('sync link');
  });

  it('says when there is nothing to do', async () => {
    await stage('ann');
    await applied();
    expect((await sync('plan')).stdout).toContain(
      'There is nothing to do: the backend already has everything that is staged.',
    );
  });

  it('says when what differs is held', async () => {
    await stage('ann');
    await sync('hold', ['ann', '--reason', 'new']);
    expect((await sync('plan')).stdout).toContain(
      'There is nothing to apply: every difference is held or in conflict.',
    );
  });

  it('does not say that nothing is left where memberships are held or wait, or users have no account', async () => {
    const ann = await stage('ann');
    await applied();
    const bob = await stage('bob', { active: false });
    expect((await sync('plan')).stdout).toContain('1 disabled user has none.');
    await test.storage.write(staged.id, async (directory) => {
      await directory.insert(newGroup('wardens'));
      await directory.changeMembers('wardens', [{ kind: 'delta', clear: false, add: [ann, bob], remove: [] }]);
    });
    const { stdout } = await sync('plan');
    expect(stdout).toContain('1 membership waits: the backend has not both the group and the member');
    await applied();
    const waiting = (await sync('plan')).stdout;
    expect(waiting).toContain('There is nothing to apply.');
    expect(waiting).toContain('1 membership waits');
    await sync('policy', ['--pass-groups', 'off']);
    expect((await sync('plan')).stdout).toContain('the policy passes on no groups');
    await sync('policy', ['--pass-groups', 'on']);
    await change(bob, 'active', true);
    await applied();
    await sync('hold', ['wardens', '--member', ann, '--reason', 'new']);
    await test.storage.write(staged.id, (directory) =>
      directory.changeMembers('wardens', [{ kind: 'delta', clear: false, add: [], remove: [ann] }]),
    );
    const held = (await sync('plan')).stdout;
    expect(held).toContain('held\t0\t0\t1');
    expect(held).toContain('There is nothing to apply: every difference is held or in conflict.');
  });

  it('applies the plan and waits for it where the policy approves it', async () => {
    await stage('ann');
    await sync('policy', ['--auto-approve', 'on']);
    const outcome = await sync('plan', ['--json']);
    expect(printedJson(outcome)).toMatchObject({ counts: { create: 1 }, runId: UUID });
    expect(printedJson(await sync('status', ['--json']))).toMatchObject({
      run: { state: 'finished', counts: { applied: 1 } },
    });
    await stage('ben');
    const { stdout } = await sync('plan');
    expect(stdout).toContain('approves it without a review');
    expect(stdout).toContain('finished: 1 applied, 0 skipped, 0 failed.');
  });
});

/** Starts to apply a plan whose only batch is not answered before `receiver.answerAll`. */
async function applyUnanswered(options: CommandOptions = {}): Promise<Promise<CommandOutcome>[]> {
  await stage(`${UNANSWERED}ann`);
  const plan = await makePlan(toReceiver());
  const outcome = sync('apply', ['--plan', plan, '--json'], { ...toReceiver(), ...options });
  await untilWaiting();
  return [outcome];
}

async function untilWaiting(): Promise<void> {
  while (receiver.waiting() === 0) await sleep(10);
}

describe('sync apply', () => {
  it('prints the outcomes of the lines, and leaves files that a person can open', async () => {
    await stage('ann');
    const outcome = await sync('apply', ['--plan', await makePlan(), '--json']);
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
    expect(printedJson(outcome)).toEqual({ runId: UUID, applied: 1, skipped: 0, failed: 0 });
    expect(await readdir(join(folder, staged.id))).toContain('accounts.csv');
    expect(await readFile(join(folder, staged.id, 'accounts.csv'), 'utf8')).toContain('ann');
  });

  it('needs a confirmation that names the number, or ends with 3', async () => {
    const ids = [await stage('ann'), await stage('ben')];
    await applied();
    await sync('policy', ['--guard-number', '1']);
    for (const id of ids) await change(id, 'active', false);
    const plan = await makePlan();
    for (const more of [[], ['--confirm', '1']]) {
      const refused = await sync('apply', ['--plan', plan, '--json', ...more]);
      expect(refused).toMatchObject({ status: 3, stdout: '' });
      expect(refused.stderr).toContain('deactivates 2 and deletes 0 of 2 accounts');
      expect(refused.stderr).toContain(`sync apply --tenant Contoso --plan ${plan} --confirm 2`);
    }
    expect(printedJson(await sync('apply', ['--plan', plan, '--json', '--confirm', '2']))).toMatchObject({
      applied: 2,
    });
  });

  it('asks on a terminal, and applies nothing unless the answer is yes', async () => {
    await stage('ann');
    const plan = await makePlan();
    for (const answer of ['', 'n', 'yesterday']) {
      const refused = await sync('apply', ['--plan', plan], { answer });
      expect(refused).toMatchObject({ status: 1 });
      expect(refused.stderr).toContain('1 line. None needs your eyes. Apply the plan? [y/N]');
      expect(refused.stderr).toContain('Nothing was changed.');
    }
    const outcome = await sync('apply', ['--plan', plan, '--json'], { answer: 'y' });
    expect(printedJson(outcome)).toMatchObject({ applied: 1 });
  });

  it('does not ask where --yes is given, nor without a terminal', async () => {
    await stage('ann');
    const outcome = await sync('apply', ['--plan', await makePlan(), '--yes'], { answer: '' });
    expect(outcome).toMatchObject({ status: 0, stderr: '' });
  });

  it('wants the number of people who lose access typed, where the guard trips', async () => {
    const ids = [await stage('ann'), await stage('ben'), await stage('cleo'), await stage('dora')];
    await applied();
    for (const id of ids.slice(0, 3)) await change(id, 'active', false);
    const plan = await makePlan();
    for (const [answer, status] of [
      ['y', 1],
      ['', 1],
      ['2', 3],
    ] as const) {
      const refused = await sync('apply', ['--plan', plan], { answer });
      expect(refused.status).toBe(status);
      expect(refused.stderr).toContain('The plan deactivates 3 and deletes 0 of 4 accounts.');
    }
    expect(await sync('apply', ['--plan', plan, '--yes'], { answer: '3' })).toMatchObject({ status: 3 });
    expect(await sync('apply', ['--plan', plan], { answer: '3' })).toMatchObject({ status: 0 });
  });

  it('is stopped by the guard where many values are blanked', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'cleo']) ids.push(await stage(name, { title: 'Engineer' }));
    await applied();
    for (const id of ids) await change(id, 'title', null);
    const plan = await makePlan();
    const refused = await sync('apply', ['--plan', plan]);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('blanks jobTitle of 3 of 3 accounts; confirm the number 0 to apply it.');
    expect(await sync('apply', ['--plan', plan, '--confirm', '0'])).toMatchObject({ status: 0 });
  });

  it('ends with 4 while the tenant has a run', async () => {
    const [first] = await applyUnanswered();
    const { plans } = printedJson(await sync('plans', ['--json']));
    const plan = plans !== undefined && isJsonArray(plans) && isJsonObject(plans[0]) ? String(plans[0]['planId']) : '';
    const second = await sync('apply', ['--plan', plan, '--json'], toReceiver());
    expect(second).toMatchObject({ status: 4, stdout: '' });
    expect(second.stderr).toContain('is running');
    for (const command of ['resume', 'plan'])
      expect(await sync(command, [], toReceiver())).toMatchObject({ status: 4 });
    receiver.answerAll();
    expect(await first).toMatchObject({ status: 0 });
  });

  it('ends with 1 where lines failed, and names them; the rest is applied', async () => {
    await stage('ann');
    await stage(`${REFUSED}ben`);
    const outcome = await sync('apply', ['--plan', await makePlan(toReceiver()), '--json'], toReceiver());
    expect(outcome.status).toBe(1);
    expect(printedJson(outcome)).toMatchObject({ applied: 1, skipped: 0, failed: 1 });
    expect(outcome.stderr).toContain('1 line failed');
    expect(outcome.stderr).toContain(`line 2, create ${REFUSED}ben: There is no license left.`);
  });

  it('ends with 0 where lines were only skipped, and names them', async () => {
    await stage('ann');
    const plan = await makePlan();
    await sync('hold', ['ann', '--reason', 'new']);
    const { status, stdout } = await sync('apply', ['--plan', plan]);
    expect(status).toBe(0);
    expect(stdout).toContain('0 applied, 1 skipped, 0 failed.\n  line 1, create ann: ');
  });

  it('pauses the run when the process is asked to stop, and says how to go on', async () => {
    const [applying] = await applyUnanswered({ stop: untilWaiting() });
    const outcome = (await applying) ?? expect.fail('nothing was applied');
    expect(outcome.status).toBe(1);
    expect(printedJson(outcome)).toMatchObject({ applied: 0, failed: 0 });
    expect(outcome.stderr).toContain('is paused. Resume it: flexwhere-scim sync resume --tenant Contoso');
    expect((await sync('status')).stdout).toContain('sync resume');
    receiver.answerAll();
    expect(printedJson(await sync('resume', ['--json'], toReceiver()))).toMatchObject({ applied: 1 });
  });

  it('refuses a plan that was discarded, is stale or is another tenant’s', async () => {
    await stage('ann');
    const [discarded, stale] = [await makePlan(), await makePlan()];
    await sync('discard', ['--plan', discarded]);
    await applied();
    await test.tenancy.createTenant('Fabrikam');
    const foreign = await runOn(test, ['sync', 'apply', '--tenant', 'Fabrikam', '--plan', stale]);
    expect(foreign).toMatchObject({ status: 1, stderr: 'flexwhere-scim: There is no plan with that id.\n' });
    expect((await sync('apply', ['--plan', discarded])).stderr).toContain('discarded');
    expect((await sync('apply', ['--plan', stale])).stderr).toContain('Make a new plan.');
  });
});

describe('sync show', () => {
  it('shows the old and the new value of each attribute', async () => {
    const ann = await stage('ann', { title: 'Trainee', displayName: 'Ann' });
    await applied();
    await change(ann, 'title', 'Engineer');
    await change(ann, 'displayName', null);
    const text = await show(await makePlan());
    expect(text).toContain('     1  update      account  ann\n');
    expect(text).toContain('        jobTitle: "Trainee" → "Engineer"\n');
    expect(text).toContain('        displayName: "Ann" → –\n');
  });

  it('says who holds an account, and why', async () => {
    await stage('ann');
    await sync('hold', ['ann', '--reason', 'Ask HR first', '--by', 'Grace']);
    const text = await show(await makePlan());
    expect(text).toMatch(/1 {2}held {8}account {2}ann\n {8}.*Grace.*Ask HR first/u);
    expect(text).toContain('would be: create');
  });

  it('lets nothing that Entra sent act on a terminal', async () => {
    await stage('ann', { displayName: 'A\u001b[2J\u009bnn\u202e' });
    const plan = await makePlan();
    for (const answer of [undefined, '']) {
      const { stdout } = await sync('show', ['--plan', plan], answer === undefined ? {} : { answer });
      for (const acting of ['\u001b', '\u009b', '\u202e']) expect(stdout).not.toContain(acting);
      expect(stdout).toContain('\\u001b[2J');
      expect(stdout).toContain('\\u009bnn\\u202e');
    }
  });

  it('has colors where the terminal has them', async () => {
    await stage('ann');
    const { stdout } = await sync('show', ['--plan', await makePlan()], { answer: '', colors: true });
    expect(stdout).toContain(styleText('green', 'create    ', { validateStream: false }));
    expect(stdout).toContain('\u001b[');
  });

  it('begins with the verdict, then what needs eyes, what changes, and identical changes as one', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'cleo', 'dora'])
      ids.push(await stage(name, { title: 'Trainee', displayName: name }));
    await applied();
    const [ann = '', ...others] = ids;
    for (const id of others) await change(id, 'title', 'Engineer');
    await change(ann, 'displayName', null);
    const plan = await makePlan();
    const text = await show(plan);
    const places = [
      '4 lines. 3 are one change: jobTitle "Trainee" → "Engineer". 1 needs your eyes.',
      'accounts and groups with a blanked value\t1\tann\t--warning valueBlanked',
      'jobTitle\t0\t3\t0',
      'displayName\t0\t0\t1 of 4',
      '3\tjobTitle "Trainee" → "Engineer"\tben, cleo, dora\t--group ',
      '     1  update      account  ann',
    ].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const [, signature = ''] = /--group ([\da-f]{16})/u.exec(text) ?? [];
    expect(await show(plan, '--group', signature)).not.toContain('  ann');
    for (const danger of [
      ['--danger'],
      ['--warning', 'valueBlanked'],
      ['--attribute', 'displayName'],
      ['--change', 'blanked'],
    ]) {
      const lines = await show(plan, ...danger);
      expect(lines).toContain('     1  update      account  ann\n');
      expect(lines).not.toContain('     2  ');
    }
    expect(await show(plan, '--search', 'CLE')).toContain('     3  update      account  cleo\n');
    expect(await show(plan, '--sample', '2', '--seed', '7')).toContain('A sample by the seed 7');
    expect(printedJson(await sync('show', ['--plan', plan, '--json']))).toMatchObject({
      ...{ summary: { lines: 4, dangerous: 1 }, groups: [{ lines: 3 }], next: null },
    });
  });

  it('does not print the lines of a large plan unless they are asked for', async () => {
    for (let number = 0; number < 51; number += 1) await stage(`user-${number}`);
    const plan = await makePlan();
    const text = await show(plan);
    expect(text).toContain('51 lines. All are one change: accounts created. None needs your eyes.');
    expect(text).not.toContain('account  user-0');
    expect(text).toContain(`sync show --tenant Contoso --plan ${plan} --lines`);
    expect((await show(plan, '--lines')).match(/account {2}user-/gu)).toHaveLength(51);
    const { lines } = printedJson(await sync('show', ['--plan', plan, '--json', '--lines']));
    expect(lines).toHaveLength(51);
    expect(printedJson(await sync('show', ['--plan', plan, '--json']))).toMatchObject({ next: 50 });
  });

  it('selects lines, and shows a page at a time', async () => {
    const ann = await stage('ann', { title: 'Trainee' });
    await applied();
    await change(ann, 'title', 'Engineer');
    await stage('ben');
    await stage('cleo');
    const plan = await makePlan();
    const numbers = async (...more: string[]): Promise<readonly unknown[]> => {
      const { lines } = printedJson(await sync('show', ['--plan', plan, '--json', ...more]));
      return lines !== undefined && isJsonArray(lines)
        ? lines.map((line) => isJsonObject(line) && line['number'])
        : expect.fail('no lines');
    };
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await numbers('--kind', 'create,delete')).toEqual([2, 3]);
    expect(await numbers('--subject', 'group')).toEqual([]);
    expect(await numbers('--state', 'applied')).toEqual([]);
    expect(await numbers('--limit', '1', '--after', '1')).toEqual([2]);
    const first = await show(plan, '--limit', '1', '--kind', 'create');
    expect(first).toContain(
      `More lines: flexwhere-scim sync show --tenant Contoso --plan ${plan} --kind create --after 2`,
    );
    expect(await show(plan, '--limit', '1', '--kind', 'create', '--after', '2')).not.toContain('More lines');
    expect((await sync('show', ['--plan', plan, '--kind', 'remake'])).stderr).toContain('kind takes create, link');
  });
});

describe('sync link', () => {
  it('lists the links that wait, and confirms them by their numbers', async () => {
    await stage(`${KNOWN}ann`);
    const plan = await makePlan(toReceiver());
    const { stdout } = await sync('link', ['--plan', plan]);
    expect(stdout).toContain(`the backend's of ${KNOWN}ann (same name), displayName "Known before"`);
    expect(stdout).toContain(`Confirm them: flexwhere-scim sync link --tenant Contoso --plan ${plan} 1`);
    expect(printedJson(await sync('link', ['--plan', plan, '--json']))).toEqual({ planId: plan, waiting: [1] });
    expect((await sync('link', ['--plan', plan, '1', '--by', 'Grace'])).stdout).toBe('The link is confirmed.\n');
    expect((await sync('link', ['--plan', plan])).stdout).toBe('No link needs confirmation.\n');
    expect(await show(plan)).toContain('confirmed by Grace');
    expect(printedJson(await sync('apply', ['--plan', plan, '--json'], toReceiver()))).toMatchObject({ applied: 1 });
  });

  it.each([
    ['y', 1],
    ['', 0],
    ['yesterday', 0],
  ])('asks a person at a terminal, and takes "%s" for what it is', async (answer, confirmed) => {
    await stage(`${KNOWN}ann`);
    const plan = await makePlan(toReceiver());
    const { stdout, stderr } = await sync('link', ['--plan', plan], { answer });
    expect(stderr).toContain('Is it the same account?');
    expect(stdout).toContain(`Confirmed: ${confirmed} of 1.`);
    const outcome = printedJson(await sync('apply', ['--plan', plan, '--json'], toReceiver()));
    expect(outcome).toMatchObject({ applied: confirmed, skipped: 1 - confirmed });
  });

  it('refuses what is no link', async () => {
    await stage('ann');
    const plan = await makePlan();
    expect(await sync('link', ['--plan', plan, '1'])).toMatchObject({ status: 1 });
    expect(await sync('link', ['--plan', plan, 'one'])).toMatchObject({ status: 2 });
  });
});

describe('sync hold', () => {
  it.each([['by its userName'], ['by its id']])('holds an account %s until it is released', async (how) => {
    const id = await stage('ann');
    const named = how.includes('userName') ? 'ANN' : id;
    expect((await sync('hold', [named, '--reason', 'new', '--by', 'Grace'])).stdout).toContain(`is held`);
    const [, row = ''] = (await sync('holds')).stdout.split('\n');
    expect(row.split('\t')).toEqual(['account', id, '-', 'Grace', expect.any(String), '-', 'ann', 'new']);
    expect(printedJson(await sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, held: 1 } });
    expect((await sync('release', [named])).status).toBe(0);
    expect(printedJson(await sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, create: 1 } });
    expect((await sync('holds')).stdout).toContain('Nothing is held.');
  });

  it('holds lines of a plan by a filter, and releases by plan, filter or everything', async () => {
    for (const name of ['ann', 'bob', 'cid']) await stage(name);
    const plan = await makePlan();
    const lines = ['--plan', plan, '--filter', 'name eq "ann" or name sw "b"', '--reason', 'new'];
    expect((await sync('hold', [...lines, '--until', '2999-01-31'])).stdout).toContain(
      'What 2 lines are about is held until 2999-01-31T00:00:00.000Z.',
    );
    expect(printedJson(await sync('release', ['--filter', 'name eq "bob"', '--json']))).toEqual({ released: 1 });
    const next = await makePlan();
    expect((await sync('release', ['--plan', next, '--yes'])).stdout).toContain('1 hold is released.');
    await sync('hold', ['cid', '--reason', 'new', '--until', 'changed']);
    expect((await sync('holds')).stdout).toContain('changed in Entra');
    expect(printedJson(await sync('release', ['--all', '--json'], { answer: 'y' }))).toEqual({ released: 1 });
    expect((await sync('release', ['--all'], { answer: 'n' })).stderr).toContain('Nothing was changed.');
  });

  it.each([
    [['release'], 'one of them'],
    [['release', 'ann', '--all'], 'one of them'],
    [['release', '--all', '--run', 'r'], 'one of them'],
    [['hold', '--reason', 'x', '--filter', 'kind pr'], 'Name what to hold'],
    [['hold', 'ann', '--reason', 'x', '--until', 'Monday'], 'It must be a date'],
  ])('refuses the command line %s', async ([command = '', ...rest], sentence) => {
    const { status, stderr } = await sync(command, rest);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('refuses what there is not', async () => {
    await stage('ann');
    expect(await sync('hold', ['zoe', '--reason', 'new'])).toMatchObject({ status: 1 });
    expect(await sync('release', ['ann'])).toMatchObject({ status: 1 });
    expect((await sync('hold', ['ann', '--member', 'ann', '--reason', 'new'])).stderr).toContain('is not a group');
  });
});

describe('sync plans, discard and export', () => {
  it('list plans, the latest first, and throw one away', async () => {
    await stage('ann');
    const [older, newer] = [await makePlan(), await makePlan()];
    expect((await sync('discard', ['--plan', older])).stdout).toContain('is discarded');
    const { stdout } = await sync('plans');
    expect(
      stdout
        .split('\n')
        .slice(1, 3)
        .map((row) => row.split('\t').slice(0, 2)),
    ).toEqual([
      [newer, 'open'],
      [older, 'discarded'],
    ]);
    expect((await sync('plans', ['--limit', '1'])).stdout).toContain(`--before ${newer}`);
    expect(printedJson(await sync('plans', ['--before', newer, '--json']))).toMatchObject({
      plans: [{ planId: older }],
      next: null,
    });
    expect(await sync('discard', ['--plan', older])).toMatchObject({ status: 1 });
  });

  it('ask on a terminal before a plan is discarded', async () => {
    await stage('ann');
    const plan = await makePlan();
    expect(await sync('discard', ['--plan', plan], { answer: 'n' })).toMatchObject({ status: 1 });
    expect((await sync('plans')).stdout).toContain(`${plan}\topen`);
    expect(await sync('discard', ['--plan', plan], { answer: 'y' })).toMatchObject({ status: 0 });
  });

  it('export a plan so that no spreadsheet takes a name for a formula', async () => {
    await stage('=HYPERLINK("http://evil.example")');
    const plan = await makePlan();
    const file = join(folder, 'plan.csv');
    expect(await sync('export', ['--plan', plan, '--output', file])).toMatchObject({ status: 0, stdout: '' });
    const csv = await readFile(file, 'utf8');
    expect(csv).toContain(`"'=HYPERLINK(`);
    expect((await sync('export', ['--plan', plan])).stdout).toBe(csv);
    const { stdout } = await sync('export', ['--plan', plan, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      plan: { planId: plan },
      lines: [{ name: '=HYPERLINK("http://evil.example")' }],
    });
    expect(await sync('export', ['--plan', plan, '--output', join(folder, 'nowhere', 'x')])).toMatchObject({
      status: 1,
    });
  });
});

describe('sync undo', () => {
  it('makes the plan that takes a run back, and the next plan does not do it again', async () => {
    await stage('ann');
    const run = await applied();
    const undo = printedJson(await sync('undo', ['--run', run, '--json']));
    expect(undo).toEqual({
      planId: UUID,
      digest: expect.stringMatching(/^[\da-f]{64}$/u) as string,
      counts: { ...NOTHING, delete: 1 },
      groups: NOTHING,
      memberships: { add: 0, remove: 0 },
    });
    expect(printedJson(await sync('apply', ['--plan', String(undo['planId']), '--json']))).toMatchObject({
      applied: 1,
    });
    expect(printedJson(await sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, held: 1 } });
    expect((await sync('holds')).stdout).toContain('undone in run ');
    expect((await sync('holds')).stdout).toContain(`flexwhere-scim sync release --tenant Contoso --run ${run}`);
    expect(printedJson(await sync('holds', ['--json']))).toMatchObject({ holds: [{ undoneRun: run }] });
    expect(printedJson(await sync('release', ['--run', run, '--yes', '--json']))).toEqual({ released: 1 });
    expect(printedJson(await sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, create: 1 } });
  });
});

describe('sync status, pause and cancel', () => {
  it('say when there is nothing', async () => {
    expect((await sync('status')).stdout).toContain('Nothing has been applied for Contoso yet.');
    expect(printedJson(await sync('status', ['--json']))).toEqual({});
    for (const command of ['pause', 'resume', 'cancel']) expect(await sync(command)).toMatchObject({ status: 1 });
  });

  it('end a run that hangs', async () => {
    const [first] = await applyUnanswered();
    expect((await sync('status')).stdout).toContain('sync pause');
    expect((await sync('pause', [], toReceiver())).stdout).toContain('sync resume');
    expect(await first).toMatchObject({ status: 1 });
    receiver.answerAll();
    const canceled = await sync('cancel', ['--json'], toReceiver());
    expect(canceled.status).toBe(0);
    expect(printedJson(await sync('status', ['--json']))).toMatchObject({ run: { state: 'cancelled' } });
  });
});

describe('sync policy', () => {
  it('shows what is in force, and changes what is said', async () => {
    expect((await sync('policy')).stdout).toContain('The defaults are in force.');
    const changed = await sync('policy', [
      ...['--deactivation', 'ignore', '--delete-grace-days', '14', '--pass-groups', 'off'],
      ...[
        '--guard-share',
        '0.5',
        '--guard-deleted-groups',
        '5',
        '--attribute',
        'nickName=nick',
        '--without-attribute',
        'title',
      ],
    ]);
    expect(changed.stdout).toContain('Revision 1 is in force.');
    const json = printedJson(await sync('policy', ['--json']));
    expect(json).toMatchObject({
      ...{ revision: 1, deactivation: 'ignore', deleteGraceDays: 14, groups: false, autoApprove: false },
      guard: { number: 50, share: 0.5, blankedValues: 20, blankedShare: 0.05, deletedGroups: 5, groupLossShare: 0.3 },
      attributes: { nickName: 'nick', displayName: 'displayName' },
    });
    expect(json['attributes']).not.toHaveProperty('title');
  });

  it.each([
    [['--guard-share', '2'], 2, '0 to 1'],
    [['--delete-grace-days', '-1'], 2, 'whole number'],
    [['--attribute', 'nickName'], 2, 'title=jobTitle'],
    [['--attribute', 'hat=hat'], 1, 'hat'],
  ])('refuses %s', async (commandArguments, status, complaint) => {
    const outcome = await sync('policy', commandArguments);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(complaint);
  });
});

describe('sync audit', () => {
  it('tells who did what, and exports all of it', async () => {
    await stage('ann');
    await sync('apply', ['--plan', await makePlan(), '--by', 'Grace']);
    const { stdout } = await sync('audit');
    expect(stdout).toMatch(/\tGrace\trun\.started\t/u);
    expect(stdout).toContain(`\t${userInfo().username}\tplan.made\t`);
    const exported = (await sync('audit', ['--ndjson'])).stdout.trimEnd().split('\n');
    const { entries, next } = printedJson(await sync('audit', ['--json']));
    expect(exported.map((line): unknown => JSON.parse(line))).toEqual(entries);
    expect(next).toBeNull();
    const page = printedJson(await sync('audit', ['--limit', '1', '--json']));
    expect((await sync('audit', ['--limit', '1'])).stdout).toContain(`--after ${String(page['next'])}`);
  });
});

it('every command of the review-and-apply workflow needs a tenant', async () => {
  const outcome: CommandOutcome = await runOn(test, ['sync', 'plan']);
  expect(outcome).toMatchObject({ status: 2, stderr: 'flexwhere-scim: Name the tenant: --tenant ID.\n' });
});
