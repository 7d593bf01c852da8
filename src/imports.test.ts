import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, filesBelow, importsOf, isProduct, ROOT, type Import } from './testing/structure/import-graph.js';

/** What each part may import besides itself: imports point one way (docs/decisions/layout.md). */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  model: ['protocol'],
  storage: ['protocol', 'model'],
  provisioning: ['protocol', 'model', 'storage'],
  tenants: ['protocol', 'model', 'storage'],
  access: ['protocol', 'model', 'storage', 'tenants'],
  rounds: ['storage'],
  sync: ['protocol', 'model', 'storage', 'rounds', 'generated'],
  activity: ['protocol', 'model', 'storage', 'rounds', 'sync'],
  alerts: ['protocol', 'model', 'storage', 'rounds', 'activity', 'sync', 'generated'],
  doctor: ['protocol', 'model', 'storage', 'rounds', 'tenants', 'activity'],
  console: [
    ...['access', 'alerts', 'doctor', 'protocol', 'model', 'storage', 'provisioning', 'tenants', 'activity', 'sync'],
  ],
  docs: ['protocol'],
  http: [
    ...['protocol', 'model', 'storage', 'provisioning', 'tenants', 'activity', 'sync', 'console', 'config'],
    ...['access', 'alerts', 'docs', 'generated'],
  ],
  config: ['protocol', 'model', 'environment', 'setting-forms'],
  'setting-forms': ['model', 'environment'],
  environment: [],
  background: ['alerts', 'doctor', 'storage', 'rounds', 'activity', 'sync', 'config'],
  compose: [
    ...[
      'access',
      'doctor',
      'protocol',
      'model',
      'storage',
      'provisioning',
      'tenants',
      'activity',
      'sync',
      'http',
      'config',
      'background',
    ],
  ],
  cli: [
    ...[
      'access',
      'alerts',
      'doctor',
      'protocol',
      'model',
      'storage',
      'provisioning',
      'tenants',
      'activity',
      'sync',
      'config',
      'setting-forms',
      'compose',
    ],
  ],
};

/** Packages that stand for a decision about where a thing happens, with the folders that may name them. */
const CONFINED: readonly { readonly packages: RegExp; readonly folder: RegExp }[] = [
  { packages: /^(?:express|openapi-backend|helmet)$/u, folder: /^src\/http\//u },
  { packages: /^(?:knex|sqlite3|pg)$/u, folder: /^src\/storage\/sql\//u },
  { packages: /^commander$/u, folder: /^src\/cli\//u },
  { packages: /^preact(?:\/hooks|-render-to-string)?$/u, folder: /^src\/(?:console|docs)\//u },
  { packages: /^markdown-it$/u, folder: /^src\/docs\//u },
  { packages: /^openid-client$/u, folder: /^src\/console\/openid\//u },
];

const sources = filesBelow('src').filter(isProduct);
const tools = filesBelow('tools').filter(isProduct);
const imports = sources.flatMap(importsOf);
const ofTools = tools.flatMap(importsOf);

/** The part of the source that a file belongs to: `cli` for `src/cli/main.ts`, `config` for `src/config.ts`. */
const partOf = (file: string): string =>
  file
    .replace(/^src\//u, '')
    .split('/')[0]
    ?.replace(/\.tsx?$/u, '') ?? '';

const filesThatExist = new Set([...sources, ...tools]);
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const asText = ({ file, from }: Import): string => `${file} imports ${from}`;

describe('the imports of the source', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(ofTools.length).toBeGreaterThan(100);
  });

  it('point one way', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target === undefined || target.startsWith('tools/')) return false;
      const [own, other] = [partOf(file), partOf(target)];
      return own !== other && !(ALLOWED[own] ?? []).includes(other);
    });
    expect(wrong.map(asText)).toEqual([]);
  });

  it('lead from the synchronization to the interface of the storage alone, and to the size of pages', () => {
    const taken = imports
      .filter(({ file, target }) => file.startsWith('src/sync/') && target?.startsWith('src/storage/') === true)
      .map(({ target }) => target);
    expect([...new Set(taken)].sort()).toEqual([
      'src/storage/page-size.ts',
      'src/storage/storage.ts',
      'src/storage/sync-store.ts',
    ]);
  });

  it('form no circle at run time', () => {
    expect(circles([...imports, ...ofTools])).toEqual([]);
  });

  it('reach the Entra client from src/cli/entra alone', () => {
    const wrong = imports.filter(
      ({ file, target }) => target?.startsWith('tools/') === true && !file.startsWith('src/cli/entra/'),
    );
    expect(wrong.map(asText)).toEqual([]);
  });

  it('load nothing for a server that only other commands need', () => {
    const loaded = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const { target, from, typesOnly } of filesThatExist.has(file) ? importsOf(file) : []) {
        if (!typesOnly) load(target ?? from);
      }
    };
    load('src/cli/main.ts');
    expect([...loaded]).toContain('src/http/app.ts');
    const packages = /^(?:yaml|xmlbuilder2|cli-progress|markdown-it)$/u;
    const needless = [packages, /^src\/cli\/(?:entra|sync)\//u, /^src\/docs\//u, /^tools\//u];
    expect([...loaded].filter((name) => needless.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  it('leave the Entra client without the server', () => {
    const wrong = ofTools
      .filter(({ file }) => file.startsWith('tools/entra-client/'))
      .filter(({ target }) => target !== undefined && !target.startsWith('tools/entra-client/'));
    expect(wrong.map(asText)).toEqual([]);
  });

  it('keep frameworks and drivers in their folders', () => {
    const wrong = [...imports, ...ofTools].filter(({ file, from }) =>
      CONFINED.some(({ packages, folder }) => packages.test(from) && !folder.test(file)),
    );
    expect(wrong.map(asText)).toEqual([]);
  });

  it('leave the protocol core and the model pure: nothing of Node, no package', () => {
    const wrong = imports
      .filter(({ file }) => /^src\/(?:protocol|model)\//u.test(file))
      .filter(({ target }) => target === undefined);
    expect(wrong.map(asText)).toEqual([]);
  });

  it('let config.ts alone read the environment', () => {
    const reading = [...sources, ...tools].filter((file) => textOf(file).includes('process.env'));
    expect(reading).toEqual(['src/config.ts']);
  });

  it('name the database drivers in one file', () => {
    const naming = sources.filter((file) => /['"](?:sqlite3|pg)['"]/u.test(textOf(file)));
    expect(naming).toEqual(['src/storage/sql/connections/driver.ts']);
  });
});
