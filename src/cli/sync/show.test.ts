import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject } from '../../protocol/json.js';
import { KNOWN } from '../../sync/testing/receiver.fixture.js';
import { printedJson } from '../command-line.fixture.js';
import { NOTHING, syncCommands } from './testing/commands.fixture.js';

const at = syncCommands();

describe('sync show', () => {
  it('shows the old and the new value of each attribute', async () => {
    const ann = await at.stage('ann', { title: 'Trainee', displayName: 'Ann' });
    await at.applied();
    await at.change(ann, 'title', 'Engineer');
    await at.change(ann, 'displayName', null);
    const text = await at.show(await at.makePlan());
    expect(text).toContain('     1  update      account  ann\n');
    expect(text).toContain('        jobTitle: "Trainee" → "Engineer"\n');
    expect(text).toContain('        displayName: "Ann" → –\n');
  });

  it('says who holds an account, and why', async () => {
    await at.stage('ann');
    await at.sync('hold', ['ann', '--reason', 'Ask HR first', '--by', 'Grace']);
    const text = await at.show(await at.makePlan());
    expect(text).toMatch(/1 {2}held {8}account {2}ann\n {8}.*Grace.*Ask HR first/u);
    expect(text).toContain('would be: create');
  });

  it('lets nothing that Entra sent act on a terminal', async () => {
    await at.stage('ann', { displayName: 'A\u001b[2J\u009bnn\u202e' });
    const plan = await at.makePlan();
    for (const answer of [undefined, '']) {
      const { stdout } = await at.sync('show', ['--plan', plan], answer === undefined ? {} : { answer });
      for (const acting of ['\u001b', '\u009b', '\u202e']) expect(stdout).not.toContain(acting);
      expect(stdout).toContain('\\u001b[2J');
      expect(stdout).toContain('\\u009bnn\\u202e');
    }
  });

  it('has colors where the terminal has them', async () => {
    await at.stage('ann');
    const { stdout } = await at.sync('show', ['--plan', await at.makePlan()], { answer: '', colors: true });
    expect(stdout).toContain(styleText('green', 'create    ', { validateStream: false }));
    expect(stdout).toContain('\u001b[');
  });

  it('begins with the verdict, then what needs eyes, what changes, and identical changes as one', async () => {
    const ids = [];
    for (const name of ['ann', 'ben', 'cleo', 'dora'])
      ids.push(await at.stage(name, { title: 'Trainee', displayName: name }));
    await at.applied();
    const [ann = '', ...others] = ids;
    for (const id of others) await at.change(id, 'title', 'Engineer');
    await at.change(ann, 'displayName', null);
    const plan = await at.makePlan();
    const text = await at.show(plan);
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
    expect(await at.show(plan, '--group', signature)).not.toContain('  ann');
    for (const danger of [
      ['--danger'],
      ['--warning', 'valueBlanked'],
      ['--attribute', 'displayName'],
      ['--change', 'blanked'],
    ]) {
      const lines = await at.show(plan, ...danger);
      expect(lines).toContain('     1  update      account  ann\n');
      expect(lines).not.toContain('     2  ');
    }
    expect(await at.show(plan, '--search', 'CLE')).toContain('     3  update      account  cleo\n');
    expect(await at.show(plan, '--sample', '2', '--seed', '7')).toContain('A sample by the seed 7');
    expect(printedJson(await at.sync('show', ['--plan', plan, '--json']))).toMatchObject({
      ...{ summary: { lines: 4, dangerous: 1 }, groups: [{ lines: 3 }], next: null },
    });
  });

  it('does not print the lines of a large plan unless they are asked for', async () => {
    for (let number = 0; number < 51; number += 1) await at.stage(`user-${number}`);
    const plan = await at.makePlan();
    const text = await at.show(plan);
    expect(text).toContain('51 lines. All are one change: accounts created. None needs your eyes.');
    expect(text).not.toContain('account  user-0');
    expect(text).toContain(`sync show --tenant Contoso --plan ${plan} --lines`);
    expect((await at.show(plan, '--lines')).match(/account {2}user-/gu)).toHaveLength(51);
    const { lines } = printedJson(await at.sync('show', ['--plan', plan, '--json', '--lines']));
    expect(lines).toHaveLength(51);
    expect(printedJson(await at.sync('show', ['--plan', plan, '--json']))).toMatchObject({ next: 50 });
  });

  it('selects lines, and shows a page at a time', async () => {
    const ann = await at.stage('ann', { title: 'Trainee' });
    await at.applied();
    await at.change(ann, 'title', 'Engineer');
    await at.stage('ben');
    await at.stage('cleo');
    const plan = await at.makePlan();
    const numbers = async (...more: string[]): Promise<readonly unknown[]> => {
      const { lines } = printedJson(await at.sync('show', ['--plan', plan, '--json', ...more]));
      return lines !== undefined && isJsonArray(lines)
        ? lines.map((line) => isJsonObject(line) && line['number'])
        : expect.fail('no lines');
    };
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await numbers('--kind', 'create,delete')).toEqual([2, 3]);
    expect(await numbers('--subject', 'group')).toEqual([]);
    expect(await numbers('--state', 'applied')).toEqual([]);
    expect(await numbers('--limit', '1', '--after', '1')).toEqual([2]);
    const first = await at.show(plan, '--limit', '1', '--kind', 'create');
    expect(first).toContain(
      `More lines: flexwhere-scim sync show --tenant Contoso --plan ${plan} --kind create --after 2`,
    );
    expect(await at.show(plan, '--limit', '1', '--kind', 'create', '--after', '2')).not.toContain('More lines');
    expect((await at.sync('show', ['--plan', plan, '--kind', 'remake'])).stderr).toContain('kind takes create, link');
  });
});

describe('sync link', () => {
  it('lists the links that wait, and confirms them by their numbers', async () => {
    await at.stage(`${KNOWN}ann`);
    const plan = await at.makePlan(at.toReceiver());
    const { stdout } = await at.sync('link', ['--plan', plan]);
    expect(stdout).toContain(`the backend's of ${KNOWN}ann (same name), displayName "Known before"`);
    expect(stdout).toContain(`Confirm them: flexwhere-scim sync link --tenant Contoso --plan ${plan} 1`);
    expect(printedJson(await at.sync('link', ['--plan', plan, '--json']))).toEqual({ planId: plan, waiting: [1] });
    expect((await at.sync('link', ['--plan', plan, '1', '--by', 'Grace'])).stdout).toBe('The link is confirmed.\n');
    expect((await at.sync('link', ['--plan', plan])).stdout).toBe('No link needs confirmation.\n');
    expect(await at.show(plan)).toContain('confirmed by Grace');
    expect(printedJson(await at.sync('apply', ['--plan', plan, '--json'], at.toReceiver()))).toMatchObject({
      applied: 1,
    });
  });

  it.each([
    ['y', 1],
    ['', 0],
    ['yesterday', 0],
  ])('asks a person at a terminal, and understands the answer "%s"', async (answer, confirmed) => {
    await at.stage(`${KNOWN}ann`);
    const plan = await at.makePlan(at.toReceiver());
    const { stdout, stderr } = await at.sync('link', ['--plan', plan], { answer });
    expect(stderr).toContain('Is it the same account?');
    expect(stdout).toContain(`Confirmed: ${confirmed} of 1.`);
    const outcome = printedJson(await at.sync('apply', ['--plan', plan, '--json'], at.toReceiver()));
    expect(outcome).toMatchObject({ applied: confirmed, skipped: 1 - confirmed });
  });

  it('refuses what is no link', async () => {
    await at.stage('ann');
    const plan = await at.makePlan();
    expect(await at.sync('link', ['--plan', plan, '1'])).toMatchObject({ status: 1 });
    expect(await at.sync('link', ['--plan', plan, 'one'])).toMatchObject({ status: 2 });
  });
});

describe('sync hold', () => {
  it.each([['by its userName'], ['by its id']])('holds an account %s until it is released', async (how) => {
    const id = await at.stage('ann');
    const named = how.includes('userName') ? 'ANN' : id;
    expect((await at.sync('hold', [named, '--reason', 'new', '--by', 'Grace'])).stdout).toContain(`is held`);
    const [, row = ''] = (await at.sync('holds')).stdout.split('\n');
    expect(row.split('\t')).toEqual(['account', id, '-', 'Grace', expect.any(String), '-', 'ann', 'new']);
    expect(printedJson(await at.sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, held: 1 } });
    expect((await at.sync('release', [named])).status).toBe(0);
    expect(printedJson(await at.sync('plan', ['--json']))).toMatchObject({ counts: { ...NOTHING, create: 1 } });
    expect((await at.sync('holds')).stdout).toContain('Nothing is held.');
  });

  it('holds lines of a plan by a filter, and releases by plan, filter or everything', async () => {
    for (const name of ['ann', 'bob', 'cid']) await at.stage(name);
    const plan = await at.makePlan();
    const lines = ['--plan', plan, '--filter', 'name eq "ann" or name sw "b"', '--reason', 'new'];
    expect((await at.sync('hold', [...lines, '--until', '2999-01-31'])).stdout).toContain(
      'What 2 lines are about is held until 2999-01-31T00:00:00.000Z.',
    );
    expect(printedJson(await at.sync('release', ['--filter', 'name eq "bob"', '--json']))).toEqual({ released: 1 });
    const next = await at.makePlan();
    expect((await at.sync('release', ['--plan', next, '--yes'])).stdout).toContain('1 hold is released.');
    await at.sync('hold', ['cid', '--reason', 'new', '--until', 'changed']);
    expect((await at.sync('holds')).stdout).toContain('changed in Entra');
    expect(printedJson(await at.sync('release', ['--all', '--json'], { answer: 'y' }))).toEqual({ released: 1 });
    expect((await at.sync('release', ['--all'], { answer: 'n' })).stderr).toContain('Nothing was changed.');
  });

  it.each([
    [['release'], 'one of them'],
    [['release', 'ann', '--all'], 'one of them'],
    [['release', '--all', '--run', 'r'], 'one of them'],
    [['hold', '--reason', 'x', '--filter', 'kind pr'], 'Name what to hold'],
    [['hold', 'ann', '--reason', 'x', '--until', 'Monday'], 'It must be a date'],
  ])('refuses the command line %s', async ([command = '', ...rest], sentence) => {
    const { status, stderr } = await at.sync(command, rest);
    expect([status, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('refuses what there is not', async () => {
    await at.stage('ann');
    expect(await at.sync('hold', ['zoe', '--reason', 'new'])).toMatchObject({ status: 1 });
    expect(await at.sync('release', ['ann'])).toMatchObject({ status: 1 });
    expect((await at.sync('hold', ['ann', '--member', 'ann', '--reason', 'new'])).stderr).toContain('is not a group');
  });
});
