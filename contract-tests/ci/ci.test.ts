import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { atPointer, isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const text = read('.github/workflows/ci.yml');
const workflow = parsed(text);
const steps = list(atPointer(workflow, '/jobs/test/steps'));
const uses = steps.flatMap((step) => atPointer(step, '/uses') ?? []);

function parsed(yaml: string): JsonObject {
  const value: unknown = parse(yaml);
  if (!isObject(value)) throw new Error('the workflow is no object');
  return value;
}

function list(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

test('the public workflow runs what CI runs, and nothing else', () => {
  expect(steps.flatMap((step) => atPointer(step, '/run') ?? [])).toEqual(['.ci/run']);
  expect(Object.keys(isObject(workflow['jobs']) ? workflow['jobs'] : {})).toEqual(['test']);
});

test('what CI runs is the test command of the README', () => {
  const last = read('.ci/run').trim().split('\n').at(-1);
  expect(last).toBe('exec make test');
  expect(read('README.md')).toContain('\n    make test ');
});

test('the public workflow leaves nothing out', () => {
  expect(text).not.toMatch(/SKIP_|continue-on-error/u);
  expect(atPointer(workflow, '/jobs/test/strategy/fail-fast')).toBe(false);
});

test('the public workflow runs on Node 20, 22 and 24, the least of which is the one that we ask for', () => {
  expect(atPointer(workflow, '/jobs/test/strategy/matrix')).toEqual({ node: [20, 22, 24] });
  expect(steps.map((step) => atPointer(step, '/with/node-version'))).toContain('${{ matrix.node }}');
  expect(atPointer(parseJson(read('package.json')), '/engines/node')).toMatch(
    /^\^20\.\d+\.0 \|\| \^22\.\d+\.0 \|\| >=24$/u,
  );
});

test('every action is pinned by the hash of its commit, with its version beside it', () => {
  const lines = text.split('\n').filter((line) => line.includes('uses:'));
  expect(lines).toHaveLength(uses.length);
  expect(lines.filter((line) => !/uses: actions\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/u.test(line))).toEqual([]);
});

test('the public workflow may read, and nothing else', () => {
  expect(atPointer(workflow, '/permissions')).toEqual({ contents: 'read' });
});

test('the public workflow publishes the conformance report, whatever it says', () => {
  const publish = steps.find((step) => String(atPointer(step, '/uses')).startsWith('actions/upload-artifact@'));
  expect(publish).toMatchObject({
    if: '${{ !cancelled() }}',
    with: { path: 'conformance-report/', 'if-no-files-found': 'error' },
  });
});
