import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';
import { atSource, bundle, ROOT } from '../../tools/build/bundle.js';

const CACHE = join(ROOT, 'node_modules', '.cache', 'compiled');

/** What is compiled. */
const SOURCES = ['src', 'tools'];

/** Milliseconds that a compilation is kept which nobody has used. */
const KEPT = 3_600_000;

/**
 * The path of a program of the project as JavaScript, compiled as it stands now without checking types: a process that is
 * started by a test has no time to do so itself. It is compiled once for each state of the source.
 * @param entry such as `src/cli/main.ts`
 */
export async function compiledProgram(entry: string): Promise<string> {
  const folder = join(CACHE, stateOfSources());
  const name = entry.replace(/\.ts$/u, '').replaceAll('/', '-');
  const program = join(folder, `${name}.js`);
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    removeUnused();
    await bundle({ entry, folder, name, placeOf: atSource });
  }
  utimesSync(folder, new Date(), new Date());
  return program;
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/u.test(entry.name) && !/\.test\.tsx?$/u.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();

function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const file of [...SOURCES.flatMap(filesOf), 'package-lock.json']) {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function removeUnused(): void {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT) rmSync(folder, { recursive: true, force: true });
  }
}
