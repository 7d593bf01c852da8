import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandOutcome, printedJson, runOn } from '../command-line.fixture.js';
import { NOTHING, syncCommands, UUID } from './testing/commands.fixture.js';

const at = syncCommands();

describe('sync plans, discard and export', () => {
  it('list plans, the latest first, and throw one away', async () => {
    await at.stage('ann');
    const [older, newer] = [await at.makePlan(), await at.makePlan()];
    expect((await at.sync('discard', ['--plan', older])).stdout).toContain('is discarded');
    const { stdout } = await at.sync('plans');
    expect(
      stdout
        .split('\n')
        .slice(1, 3)
        .map((row) => row.split('\t').slice(0, 2)),
    ).toEqual([
      [newer, 'open'],
      [older, 'discarded'],
    ]);
    expect((await at.sync('plans', ['--limit', '1'])).stdout).toContain(`--before ${newer}`);
    expect(printedJson(await at.sync('plans', ['--before', newer, '--json']))).toMatchObject({
      plans: [{ planId: older }],
      next: null,
    });
    expect(await at.sync('discard', ['--plan', older])).toMatchObject({ status: 1 });
  });

  it('ask on a terminal before a plan is discarded', async () => {
    await at.stage('ann');
    const plan = await at.makePlan();
    expect(await at.sync('discard', ['--plan', plan], { answer: 'n' })).toMatchObject({ status: 1 });
    expect((await at.sync('plans')).stdout).toContain(`${plan}\topen`);
    expect(await at.sync('discard', ['--plan', plan], { answer: 'y' })).toMatchObject({ status: 0 });
  });

  it('export a plan so that no spreadsheet takes a name for a formula', async () => {
    await at.stage('=HYPERLINK("http://evil.example")');
    const plan = await at.makePlan();
    const file = join(at.folder, 'plan.csv');
    expect(await at.sync('export', ['--plan', plan, '--output', file])).toMatchObject({ status: 0, stdout: '' });
    const csv = await readFile(file, 'utf8');
    expect(csv).toContain(`"'=HYPERLINK(`);
    expect((await at.sync('export', ['--plan', plan])).stdout).toBe(csv);
    const { stdout } = await at.sync('export', ['--plan', plan, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      plan: { planId: plan },
      lines: [{ name: '=HYPERLINK("http://evil.example")' }],
    });
    expect(await at.sync('export', ['--plan', plan, '--output', join(at.folder, 'nowhere', 'x')])).toMatchObject({
      status: 1,
    });
  });
});

describe('sync undo', () => {
  it('makes the plan that takes a run back, and the next plan does not do it again', async () => {
    await at.stage('ann');
    const run = await at.applied();
    const undo = printedJson(await at.sync('undo', ['--run', run, '--json']));
    expect(undo).toEqual({
      planId: UUID,
      digest: expect.stringMatching(/^[\da-f]{64}$/u) as string,
      counts: { ...NOTHING, delete: 1 },
      groups: NOTHING,
      memberships: { add: 0, remove: 0 },
    });
    expect(printedJson(await at.sync('apply', ['--plan', String(undo['planId']), '--json']))).toMatchObject({
      applied: 1,
    });
    expect(printedJson(await at.sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, held: 1 } });
    expect((await at.sync('holds')).stdout).toContain('undone in run ');
    expect((await at.sync('holds')).stdout).toContain(`flexwhere-scim sync release --tenant Contoso --run ${run}`);
    expect(printedJson(await at.sync('holds', ['--json']))).toMatchObject({ holds: [{ undoneRun: run }] });
    expect(printedJson(await at.sync('release', ['--run', run, '--yes', '--json']))).toEqual({ released: 1 });
    expect(printedJson(await at.sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, create: 1 } });
  });
});

describe('sync status, pause and cancel', () => {
  it('say when there is nothing', async () => {
    expect((await at.sync('status')).stdout).toContain('Nothing has been applied for Contoso yet.');
    expect(printedJson(await at.sync('status', ['--json']))).toEqual({});
    for (const command of ['pause', 'resume', 'cancel']) expect(await at.sync(command)).toMatchObject({ status: 1 });
  });

  it('end a run that hangs', async () => {
    const [first] = await at.applyUnanswered();
    expect((await at.sync('status')).stdout).toContain('sync pause');
    expect((await at.sync('pause', [], at.toReceiver())).stdout).toContain('sync resume');
    expect(await first).toMatchObject({ status: 1 });
    at.receiver.answerAll();
    const canceled = await at.sync('cancel', ['--json'], at.toReceiver());
    expect(canceled.status).toBe(0);
    expect(printedJson(await at.sync('status', ['--json']))).toMatchObject({ run: { state: 'cancelled' } });
  });
});

describe('sync policy', () => {
  it('shows what is in force, and changes what is said', async () => {
    expect((await at.sync('policy')).stdout).toContain('The defaults are in force.');
    const changed = await at.sync('policy', [
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
    const json = printedJson(await at.sync('policy', ['--json']));
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
    const outcome = await at.sync('policy', commandArguments);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(complaint);
  });
});

describe('sync audit', () => {
  it('tells who did what, and exports all of it', async () => {
    await at.stage('ann');
    await at.sync('apply', ['--plan', await at.makePlan(), '--by', 'Grace']);
    const { stdout } = await at.sync('audit');
    expect(stdout).toMatch(/\tGrace\trun\.started\t/u);
    expect(stdout).toContain(`\t${userInfo().username}\tplan.made\t`);
    const exported = (await at.sync('audit', ['--ndjson'])).stdout.trimEnd().split('\n');
    const { entries, next } = printedJson(await at.sync('audit', ['--json']));
    expect(exported.map((line): unknown => JSON.parse(line))).toEqual(entries);
    expect(next).toBeNull();
    const page = printedJson(await at.sync('audit', ['--limit', '1', '--json']));
    expect((await at.sync('audit', ['--limit', '1'])).stdout).toContain(`--after ${String(page['next'])}`);
  });
});

it('every command of the review-and-apply workflow needs a tenant', async () => {
  const outcome: CommandOutcome = await runOn(at.test, ['sync', 'plan']);
  expect(outcome).toMatchObject({ status: 2, stderr: 'flexwhere-scim: Name the tenant: --tenant ID.\n' });
});
