import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './bundle.js';

/** Compiles the program into `dist`, file by file, without tests. It checks no types, for which there is `make typecheck`. */
for (const [folder, outdir] of [
  ['src', 'dist'],
  ['tools/entra-client', 'dist/tools/entra-client'],
] as const) {
  const entryPoints = await compiledFiles(join(ROOT, folder));
  await build({ absWorkingDir: ROOT, entryPoints, outbase: folder, outdir, sourcemap: true, logLevel: 'error' });
}

async function compiledFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => /\.tsx?$/u.test(path) && !/\.(?:test|fixture)\.tsx?$|\/testing\//u.test(path));
}
