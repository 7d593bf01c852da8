import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../protocol/json.js';
import { StagedTenant } from '../../../provisioning/staged-tenant.fixture.js';
import { newGroup } from '../../../storage/testing/resources.fixture.js';
import { KNOWN, startReceiver, type Receiver } from '../../../sync/testing/receiver.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions } from '../../command-line.fixture.js';

let test: TestTenancy;
let folder: string;
let staged: StagedTenant;
let receiver: Receiver;
beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-past-'));
  receiver = await startReceiver();
});
beforeEach(async () => {
  staged = new StagedTenant(test.storage, (await test.tenancy.createTenant('Contoso')).tenant.id);
});
afterEach(() => test.reset());
afterAll(async () => {
  await receiver.close();
  await test.close();
  await rm(folder, { recursive: true });
});

const sync = (command: string, given: readonly string[] = [], options: CommandOptions = {}) =>
  runOn(test, ['sync', command, '--tenant', 'Contoso', ...given], {
    ...options,
    environment: { SYNC_EXPORT_DIR: folder, ...options.environment },
  });

const remove = (id: string): Promise<unknown> =>
  test.storage.write(staged.id, (directory) => directory.remove('User', id, '2026-11-28T00:00:00.000Z'));

const planned = async (options?: CommandOptions): Promise<string> =>
  String(printedJson(await sync('plan', ['--json', '--by', 'Grace'], options))['planId']);

const applied = async (plan: string, options?: CommandOptions): Promise<string> =>
  String(printedJson(await sync('apply', ['--plan', plan, '--json', '--by', 'Grace'], options))['runId']);

describe('a plan that was overtaken', () => {
  it('is shown as stale, with who applied the other one', async () => {
    await staged.createUser('ann');
    const [plan, other] = [await planned(), await planned()];
    expect((await sync('plans')).stdout).not.toContain('stale');
    await applied(other);
    expect((await sync('plans')).stdout).toContain(`${plan}\topen, stale\t`);
    expect((await sync('show', ['--plan', plan])).stdout).toContain('Stale: Grace applied another plan at 2');
    expect(printedJson(await sync('plans', ['--json']))).toMatchObject({
      plans: [
        { planId: other, state: 'applied', stale: false },
        { planId: plan, state: 'open', stale: true },
      ],
    });
    expect((await sync('show', ['--plan', other])).stdout).not.toContain('Stale');
  });
});

describe('sync runs', () => {
  it('lists who applied what and what came of it, the latest first', async () => {
    await staged.createUser('ann');
    const first = await applied(await planned());
    await staged.createUser('ben');
    const second = await applied(await planned());
    expect(printedJson(await sync('runs', ['--json']))).toMatchObject({
      runs: [
        { runId: second, by: 'Grace', state: 'finished', counts: { left: 0, applied: 1, skipped: 0, failed: 0 } },
        { runId: first, interrupted: false },
      ],
      next: null,
    });
    const { stdout } = await sync('runs', ['--limit', '1']);
    expect(stdout).toContain(`${second}\tfinished\t`);
    expect(stdout).toContain(`flexwhere-scim sync runs --tenant Contoso --before ${second}`);
  });
});

describe('sync history', () => {
  it('tells what an account went through, page by page, also once the user is gone', async () => {
    const ann = await staged.createUser('ann', { title: 'Trainee' });
    await applied(await planned());
    await sync('hold', ['ann', '--reason', 'on leave', '--by', 'Ida']);
    await staged.replaceAt(ann, 'title', 'Engineer');
    const plan = await planned();
    const { entries, next } = printedJson(await sync('history', ['ann', '--json']));
    expect([entries, next]).toMatchObject([
      [
        { action: 'line.planned', planId: plan, line: { kind: 'held', would: 'update' } },
        { action: 'hold.put', by: 'Ida', detail: { reason: 'on leave' } },
        { action: 'line.applied', by: 'Grace', detail: { kind: 'create' } },
        { action: 'line.planned', line: { kind: 'create', state: 'applied' } },
      ],
      null,
    ]);
    const { stdout } = await sync('history', ['ANN', '--limit', '2']);
    expect(stdout).toContain('jobTitle: "Trainee" → "Engineer"');
    expect(stdout).toContain('hold.put by Ida: on leave');
    const before = /--before (\S+)/u.exec(stdout)?.[1] ?? '';
    expect((await sync('history', ['ann', '--before', before])).stdout).toMatch(
      /line\.applied by Grace, run \S+: create/u,
    );
    await remove(ann);
    await sync('release', ['ann', '--yes']);
    await applied(await planned());
    expect((await sync('history', [ann])).stdout).toContain('line.applied');
    expect(await sync('history', ['ann'])).toMatchObject({ status: 1 });
  });

  it('says who joined a group', async () => {
    const ann = await staged.createUser('ann');
    const group = newGroup('Wardens', {}, '0198c59f-0000-7000-8000-000000000001');
    await test.storage.write(staged.id, async (directory) => {
      await directory.insert(group);
      await directory.changeMembers(group.id, [{ kind: 'delta', clear: false, add: [ann], remove: [] }]);
    });
    await applied(await planned());
    expect((await sync('history', [group.id])).stdout).toMatch(/line\.applied by Grace, run \S+: add ann\n/u);
  });
});

describe('sync compare', () => {
  it('says what is new, changed, gone and the same since an earlier plan', async () => {
    const [ann, ben] = [await staged.createUser('ann'), await staged.createUser('ben')];
    await staged.createUser('cem');
    const earlier = await planned();
    await staged.replaceAt(ann, 'title', 'Engineer');
    await remove(ben);
    await staged.createUser('dea');
    const later = await planned();
    const json = printedJson(await sync('compare', [earlier, later, '--json']));
    const accounts = (name: string) => ({
      lines: 1,
      kinds: [{ subject: 'account', kind: 'create', lines: 1, examples: [{ name }] }],
    });
    expect(json).toMatchObject({
      ...{ planId: later, with: earlier, same: 1 },
      ...{ new: accounts('dea'), changed: accounts('ann'), gone: accounts('ben') },
    });
    const { stdout } = await sync('compare', [earlier, later, '--lines', 'gone']);
    expect(stdout).toContain('1 line new, 1 line changed, 1 line gone; 1 line the same.');
    expect(stdout).toContain('create      account  ben');
    expect((await sync('compare', [later, later])).stdout).toContain('3 lines the same.');
  });
});

describe('a confirmed link', () => {
  it('stays confirmed in later plans, until somebody holds the account', async () => {
    await staged.createUser(`${KNOWN}ann`);
    await sync('link', [
      '--plan',
      await planned({ environment: receiver.environment }),
      '--filter',
      'kind eq "link"',
      '--yes',
      '--by',
      'Ida',
    ]);
    const later = await planned({ environment: receiver.environment });
    expect((await sync('show', ['--plan', later])).stdout).toContain('confirmed by Ida');
    expect((await sync('show', ['--plan', later])).stdout).not.toContain('links to confirm');
    expect((await sync('link', ['--plan', later])).stdout).toBe('No link needs confirmation.\n');
    await sync('hold', [`${KNOWN}ann`, '--reason', 'another person']);
    await sync('release', [`${KNOWN}ann`]);
    expect((await sync('show', ['--plan', await planned({ environment: receiver.environment })])).stdout).toContain(
      'links to confirm',
    );
  });

  it('is applied in the plan that it was not confirmed in', async () => {
    await staged.createUser(`${KNOWN}ann`);
    await sync('link', ['--plan', await planned({ environment: receiver.environment }), '1', '--by', 'Ida']);
    const outcome = await sync('apply', ['--plan', await planned({ environment: receiver.environment }), '--json'], {
      environment: receiver.environment,
    });
    expect(printedJson(outcome)).toMatchObject({ applied: 1, skipped: 0 });
  });
});

describe('holds that have ended', () => {
  it('leave the list, and --all shows them', async () => {
    const ann = await staged.createUser('ann');
    await staged.createUser('ben');
    await sync('hold', ['ann', '--reason', 'first', '--until', 'changed']);
    await sync('hold', ['ben', '--reason', 'second', '--until', '2020-01-01']);
    expect((await sync('holds')).stdout).toContain('\tfirst');
    await staged.replaceAt(ann, 'title', 'Engineer');
    const { stdout } = await sync('holds');
    expect(stdout).not.toContain('first');
    expect(stdout).toContain('2 holds have ended, by time or since Entra changed what was held:');
    expect((await sync('holds', ['--all'])).stdout).toContain('\tended\tann\tfirst');
    expect(printedJson(await sync('holds', ['--json']))).toMatchObject({ holds: [{ ended: true }, { ended: true }] });
  });
});

describe('sync audit', () => {
  it('begins with the latest on a terminal or where asked to, and keeps the order of scripts', async () => {
    await staged.createUser('ann');
    await applied(await planned());
    const actions = async (...given: string[]): Promise<readonly unknown[]> => {
      const { entries } = printedJson(await sync('audit', ['--json', ...given]));
      return Array.isArray(entries) ? entries.map((entry: JsonObject) => entry['action']) : [];
    };
    const oldest = await actions();
    expect(oldest[0]).toBe('plan.made');
    expect(await actions('--newest-first')).toEqual([...oldest].reverse());
    const { stdout } = await sync('audit', ['--limit', '1'], { answer: '' });
    expect(stdout).toMatch(/run\.finished.*\nMore entries: .*--before [\da-f-]{36}/u);
    expect(await sync('audit', ['--after', 'x', '--newest-first'])).toMatchObject({ status: 2 });
  });
});
