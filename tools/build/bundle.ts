import { readFile, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packages of native code or with files beside their code, and drivers of databases that knex is never asked for. */
const NOT_BUNDLED = [
  'sqlite3',
  'swagger-ui-dist',
  'htmx.org',
  'better-sqlite3',
  'mariadb',
  'mock-aws-s3',
  'mysql',
  'mysql2',
  'oracledb',
  'pg-native',
  'pg-query-stream',
  'tedious',
];

/** Packages that are CommonJS ask for `require`, which a module does not have. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** What to bundle. */
export interface Bundled {
  /** From the root, such as `src/cli/main.ts`. */
  readonly entry: string;
  /** The folder to write to, as an absolute path. */
  readonly folder: string;
  /** The file's name in that folder. */
  readonly name: string;
  /** An expression for the place that a source file, given as an absolute path, takes itself to stand at. */
  readonly placeOf: (file: string) => string;
}

/**
 * Writes a program and the packages that it uses into one file, and into one more for each part that it loads later: Node
 * starts it in a third of the time that hundreds of modules take. The name appears when all of it is there.
 */
export async function bundle({ entry, folder, name, placeOf }: Bundled): Promise<void> {
  const making = `${name}-${process.pid}`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: { [making]: entry },
    outdir: folder,
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20' },
    ...{ external: NOT_BUNDLED, conditions: ['source'], banner: { js: REQUIRE }, plugins: [toldPlaces(placeOf)] },
    logLevel: 'error',
  });
  await rename(join(folder, `${making}.js`), join(folder, `${name}.js`));
}

/** Modules find files relative to themselves: in a bundle they go on doing so. */
const toldPlaces = (placeOf: (file: string) => string): Plugin => ({
  name: 'told-places',
  setup(building) {
    building.onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (path.includes('/node_modules/') || !text.includes('import.meta.url')) return undefined;
      return {
        contents: text.replaceAll('import.meta.url', placeOf(path)),
        loader: path.endsWith('x') ? 'tsx' : 'ts',
        resolveDir: dirname(path),
      };
    });
  },
});

/** As if each module stood where its source does. */
export const atSource = (file: string): string => JSON.stringify(pathToFileURL(file).href);

/** As if each module stood where it is compiled to, seen from a folder within `dist`, wherever that is copied to. */
export const atCompiled =
  (folder: string) =>
  (file: string): string => {
    const compiled = join(ROOT, 'dist', relative(ROOT, file).replace(/^src\//u, ''));
    return `new URL(${JSON.stringify(relative(folder, compiled))}, import.meta.url).href`;
  };
