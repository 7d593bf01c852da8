import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './bundle.js';

/** What a server reads while it runs, from the root of the repository. */
const FILES = [
  ...['dist/bundled', 'dist/cli/main.js', 'dist/validators', 'generated', 'openapi', 'docs', 'deploy', 'examples'],
  ...['src/console/assets', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
];

/** Files of packages that are sent to browsers; the rest of these packages, and what they depend on, stays out. */
const SERVED = {
  'htmx.org': ['package.json', 'LICENSE', 'dist/htmx.min.js'],
  'swagger-ui-dist': ['package.json', 'LICENSE', 'swagger-ui.css', 'swagger-ui-bundle.js'],
};

/** What is not in the bundle: a driver with native code, and what the compiled validators load. */
const INSTALLED = ['ajv', 'ajv-formats', 'sqlite3'];

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

const manifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

const write = (file: string, content: unknown): void => {
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
};

/**
 * Puts what `npm install` of a release needs into a folder, as it was built by `make build`: no package runs a script there but
 * the driver of SQLite.
 */
export function stage(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  chmodSync(join(folder, 'dist/cli/main.js'), 0o755);
  for (const [name, files] of Object.entries(SERVED)) {
    const [from, to] = [ROOT, folder].map((base) => join(base, 'node_modules', name)) as [string, string];
    for (const file of files) {
      mkdirSync(dirname(join(to, file)), { recursive: true });
      cpSync(join(from, file), join(to, file));
    }
    const { name: called, version, license } = manifest(to);
    write(join(to, 'package.json'), { name: called, version, license });
  }
  const { name, version, description, license, type, engines, bin } = manifest(ROOT);
  const versionOf = (one: string): string => manifest(join(ROOT, 'node_modules', one)).version;
  write(join(folder, 'package.json'), {
    ...{ name, version, description, license, type, engines, bin },
    dependencies: Object.fromEntries([...INSTALLED, ...Object.keys(SERVED)].map((one) => [one, versionOf(one)])),
    bundleDependencies: Object.keys(SERVED),
    allowScripts: { sqlite3: true },
  });
}

/** Packs a staged folder. @returns the path of the archive, in `folder` */
export function pack(staged: string, folder: string): string {
  const printed = execFileSync('npm', ['pack', staged, '--pack-destination', folder, '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const packed: unknown = JSON.parse(printed);
  const [one] = Object.values(packed as object) as { readonly filename: string }[];
  if (one === undefined) throw new Error('npm pack named no archive');
  return join(folder, one.filename);
}

/** A line of `sha256sum`. */
export const checksum = (file: string, name: string): string =>
  `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${name}\n`;
