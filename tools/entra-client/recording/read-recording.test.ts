import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecording, readSourcedRecording } from './read-recording.js';

const exchange = (id: string, more: object = {}): string =>
  JSON.stringify({
    id,
    step: 'Reads',
    request: { method: 'GET', path: '/Users' },
    expect: { status: [200] },
    ...more,
  });

const SOURCED = {
  dialect: 'both',
  sender: 'check',
  confidence: 'inferred',
  sources: [{ cite: 'RFC 7644', kind: 'inferred' }],
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const read = (path = ''): readonly string[] =>
  readRecording(join(folder, path)).map(({ scenario, id }) => `${scenario}/${id}`);

describe('a recording', () => {
  const two = {
    'b/scenario.json': '{}',
    'b/02.json': exchange('third'),
    'b/01.json': exchange('second'),
    'a/scenario.json': '{}',
    'a/01.json': exchange('first'),
  };

  test('is a folder of scenarios, in the order of their names', async () => {
    await write(two);
    expect(read()).toEqual(['a/first', 'b/second', 'b/third']);
  });

  test('is the folder of one scenario', async () => {
    await write(two);
    expect(read('b')).toEqual(['b/second', 'b/third']);
  });

  test('says which settings the tenant must have', async () => {
    const about = JSON.stringify({ tenantSettings: { 'group-replace-adds': 'true' } });
    await write({ 'a/scenario.json': about, 'a/1.json': exchange('x'), 'b/1.json': exchange('y') });
    const settings = readRecording(folder).map(({ tenantSettings }) => tenantSettings);
    expect(settings).toEqual([{ 'group-replace-adds': 'true' }, undefined]);
  });

  test('is a file with an exchange a line, in the order of the lines', async () => {
    const lines = [exchange('one', { scenario: 'z' }), '', exchange('two', { scenario: 'a' })];
    await write({ 'all.jsonl': lines.join('\n') });
    expect(read('all.jsonl')).toEqual(['z/one', 'a/two']);
  });

  const refused: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
    ['an exchange without an expectation', { 'a/1.json': exchange('x', { expect: undefined }) }, /1\.json has not/],
    ['a file that is not JSON', { 'a/1.json': '{' }, /1\.json has not the form/],
    [
      'a path that is not relative',
      { 'a/1.json': exchange('x', { request: { method: 'GET', path: 'Users' } }) },
      /form/,
    ],
    ['a scenario without an exchange', { 'a/scenario.json': '{}' }, /has no exchange/],
    ['settings that are no text', { 'a/scenario.json': '{"tenantSettings":[1]}', 'a/1.json': exchange('x') }, /form/],
    ['an id that is there twice', { 'a/1.json': exchange('x'), 'b/1.json': exchange('x') }, /an id twice/],
  ];

  test.each(refused)('may not have %s', async (_, files, reason) => {
    await write(files);
    expect(() => read()).toThrow(reason);
  });

  test('names the line that has not the form of an exchange', async () => {
    await write({ 'all.jsonl': `${exchange('one', { scenario: 'z' })}\n${exchange('two')}` });
    expect(() => read('all.jsonl')).toThrow(/all\.jsonl:2 has not/);
  });

  const sources: readonly [string, object, boolean][] = [
    ['says where it comes from', SOURCED, true],
    ['has no source', { ...SOURCED, sources: [] }, false],
    ['is surer than anything can be', { ...SOURCED, confidence: 'certain' }, false],
    ['does not say who sends it', { ...SOURCED, sender: undefined }, false],
  ];

  test.each(sources)('that %s is sourced: %#', async (_, claims, sourced) => {
    await write({ 'a/1.json': exchange('x', claims) });
    if (sourced) expect(readSourcedRecording(folder)).toHaveLength(1);
    else expect(() => readSourcedRecording(folder)).toThrow(/x does not say where it comes from/);
  });
});
