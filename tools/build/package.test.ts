import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './bundle.js';
import { stage } from './package.js';
import { serveFrom } from './serve-from.js';

describe('the package of a release', () => {
  let folder: string;
  const json = async (file: string): Promise<Record<string, Record<string, string>>> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, Record<string, string>>;

  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'flexwhere-scim-package-')), 'package');
    stage(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has all that a server reads while it runs', async () => {
    const { dependencies = {} } = await json('package.json');
    const installed = Object.keys(dependencies).filter((name) => !['htmx.org', 'swagger-ui-dist'].includes(name));
    for (const name of installed) await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    expect(await serveFrom(folder, join(folder, 'dist/cli/main.js'))).toEqual([]);
  }, 120_000);

  it('names its dependencies by one version each, and brings none that runs a script but the driver of SQLite', async () => {
    const { dependencies = {}, allowScripts } = await json('package.json');
    expect(Object.values(dependencies).filter((version) => !/^\d+\.\d+\.\d+$/u.test(version))).toEqual([]);
    expect(allowScripts).toEqual({ sqlite3: true });
    expect(await json('node_modules/swagger-ui-dist/package.json')).not.toHaveProperty('dependencies');
  });
});
