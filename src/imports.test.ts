import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = dirname(fileURLToPath(import.meta.url));

/** What each part may import besides itself: imports point one way (docs/decisions/layout.md). */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  model: ['protocol'],
  storage: ['protocol', 'model'],
  provisioning: ['protocol', 'model', 'storage'],
  tenants: ['protocol', 'model', 'storage'],
  sync: ['protocol', 'model', 'storage', 'generated'],
  http: ['protocol', 'model', 'storage', 'provisioning', 'tenants', 'sync', 'config', 'generated'],
  config: ['protocol'],
  compose: ['protocol', 'model', 'storage', 'provisioning', 'tenants', 'sync', 'http', 'config'],
  cli: ['protocol', 'model', 'storage', 'provisioning', 'tenants', 'sync', 'config', 'compose'],
};

/** Packages that stand for a decision about where a thing happens, with the folders that may name them. */
const CONFINED: readonly { readonly packages: RegExp; readonly folder: string }[] = [
  { packages: /^(?:express|openapi-backend|helmet)$/u, folder: 'http/' },
  { packages: /^(?:knex|sqlite3|pg)$/u, folder: 'storage/' },
  { packages: /^commander$/u, folder: 'cli/' },
];

interface Import {
  readonly file: string;
  readonly from: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const sources = files.filter((file) => !/\.(?:test|fixture|setup)\.ts$/u.test(file));

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/^(?:import|export) [^;]*?from '([^']+)';|^import '([^']+)';/gmu)].map((found) => ({
    file,
    from: found[1] ?? found[2] ?? '',
  }));
}

const partOf = (file: string): string => file.split('/')[0]?.replace(/\.ts$/u, '') ?? '';

function targetPart({ file, from }: Import): string {
  const target = relative(SRC, resolve(SRC, dirname(file), from)).replace(/\.js$/u, '');
  return target.startsWith('../generated') ? 'generated' : partOf(target);
}

const imports = sources.flatMap(importsOf);

describe('the imports of the source', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('point one way', () => {
    const wrong = imports
      .filter(({ from }) => from.startsWith('.'))
      .filter((one) => {
        const [own, target] = [partOf(one.file), targetPart(one)];
        return own !== target && !(ALLOWED[own] ?? []).includes(target);
      })
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it('keep frameworks and drivers in their folders', () => {
    const wrong = imports
      .filter(({ file, from }) => CONFINED.some((one) => one.packages.test(from) && !file.startsWith(one.folder)))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it('leave the protocol core and the model pure: nothing of Node, no package', () => {
    const wrong = imports
      .filter(({ file, from }) => /^(?:protocol|model)\//u.test(file) && !from.startsWith('.'))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it('let config.ts alone read the environment', () => {
    const wrong = sources.filter(
      (file) => file !== 'config.ts' && readFileSync(join(SRC, file), 'utf8').includes('process.env'),
    );
    expect(wrong).toEqual([]);
  });

  it('name the database drivers in one file', () => {
    const naming = sources.filter((file) => /['"](?:sqlite3|pg)['"]/u.test(readFileSync(join(SRC, file), 'utf8')));
    expect(naming).toEqual(['storage/sql/connections/driver.ts']);
  });
});
