import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atSource, bundle } from './bundle.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-bundle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a bundle finds what stands beside its source, and loads packages that are CommonJS', async () => {
  const entry = join(folder, 'program.ts');
  await writeFile(join(folder, 'beside.txt'), 'beside');
  await writeFile(
    entry,
    `import { readFileSync } from 'node:fs';
import { commander } from './package.js';
console.log(readFileSync(new URL('beside.txt', import.meta.url), 'utf8') satisfies string, typeof commander.Command);`,
  );
  const commander = JSON.stringify(join(import.meta.dirname, '../../node_modules/commander/index.js'));
  await writeFile(join(folder, 'package.ts'), `export { default as commander } from ${commander};`);
  await bundle({ entry, folder: join(folder, 'made'), name: 'program', placeOf: atSource });
  expect(execFileSync(process.execPath, [join(folder, 'made', 'program.js')], { encoding: 'utf8' })).toBe(
    'beside function\n',
  );
  expect(await readFile(join(folder, 'made', 'program.js'), 'utf8')).toContain('exports.Command = Command');
});
