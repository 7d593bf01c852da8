import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packages are found from here as from the root. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'compiled');

/** What is compiled. */
const SOURCES = ['src', 'tools'];

/** What programs read beside that. */
const BESIDE = ['generated', 'openapi', 'docs', 'examples', 'dist'];

/** Milliseconds that a compilation is kept which nobody has used. */
const KEPT = 3_600_000;

/**
 * The path of a program of the project as JavaScript, compiled as it stands now without checking types: a process that is
 * started by a test has no time to do so itself. All programs are compiled together, once for each state of the source.
 * @param entry such as `src/cli/main.ts`
 */
export function compiledProgram(entry: string): string {
  const files = SOURCES.flatMap(filesOf);
  const folder = join(CACHE, stateOf(files));
  if (!existsSync(folder)) compile(files, folder);
  utimesSync(folder, new Date(), new Date());
  return join(folder, asJavaScript(entry));
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/u.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();

function stateOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of [...files, 'package.json']) {
    const { mtimeMs, size } = statSync(join(ROOT, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

const isTypeScript = (file: string): boolean => /\.tsx?$/u.test(file);
const asJavaScript = (file: string): string => file.replace(/\.tsx?$/u, '.js');

/** Compiles into a folder beside, which takes the name when it is whole: several processes may do so at a time. */
function compile(files: readonly string[], folder: string): void {
  mkdirSync(CACHE, { recursive: true });
  removeUnused();
  const made = mkdtempSync(join(CACHE, 'making-'));
  const [written, others] = [files.filter(isTypeScript), files.filter((file) => !isTypeScript(file))];
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [...written],
    outdir: made,
    outbase: ROOT,
    target: 'node20',
    logLevel: 'error',
  });
  for (const file of others) {
    mkdirSync(dirname(join(made, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(made, file));
  }
  for (const name of BESIDE) symlinkSync(join(ROOT, name), join(made, name));
  writeFileSync(join(made, 'package.json'), packageText());
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}

/** The project's own, with the Entra client where it was compiled to. */
function packageText(): string {
  const known = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as object;
  return JSON.stringify({ ...known, imports: { '#entra-client/*.js': './tools/entra-client/*.js' } });
}

function removeUnused(): void {
  for (const name of readdirSync(CACHE)) {
    const folder = join(CACHE, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT) rmSync(folder, { recursive: true, force: true });
  }
}
