import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** An import or re-export that a file has. */
export interface Import {
  /** The file that imports, from the root of the repository: `src/cli/main.ts`. */
  readonly file: string;
  /** What the line names: `../json.js`, `node:fs`, `knex`. */
  readonly from: string;
  /** The file that is imported, from the root of the repository; undefined for a package. */
  readonly target: string | undefined;
  /** Whether nothing of it is left at run time: `import type`, `export type`. */
  readonly typesOnly: boolean;
}

/** The TypeScript files below a folder, as paths from the root of the repository, in alphabetical order. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/u.test(file))
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** Whether a file is part of the product, rather than a test, a fixture or the set-up of tests. */
export const isProduct = (file: string): boolean =>
  !/\.(?:test|fixture|setup|reporter)\.ts$/u.test(file) && !file.includes('/testing/');

const LINE = /^(?:import|export) (type )?[^;]*?from '([^']+)';|^import '([^']+)';/gmu;

/** The imports and re-exports of a file, in its order. */
export function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(LINE)].map(([, type, named, bare]) => {
    const from = named ?? bare ?? '';
    return { file, from, target: targetOf(file, from), typesOnly: type !== undefined };
  });
}

function targetOf(file: string, from: string): string | undefined {
  const source = from.replace(/\.js$/u, '.ts');
  if (source.startsWith('.')) return asWritten(posix.join(dirname(file), source));
  return source.startsWith('#entra-client/') ? source.replace('#entra-client/', 'tools/entra-client/') : undefined;
}

/** Pages are written in TSX, and imported as any other file. */
const asWritten = (path: string): string => (existsSync(join(ROOT, path)) ? path : path.replace(/\.ts$/u, '.tsx'));

/**
 * The circles of files that import each other at run time, each as a walk that ends where it began; one for each import that
 * closes a circle.
 */
export function circles(imports: readonly Import[]): readonly (readonly string[])[] {
  const edges = new Map<string, string[]>();
  for (const { file, target, typesOnly } of imports) {
    if (target !== undefined && !typesOnly) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const again = path.indexOf(file);
    if (again >= 0) found.push([...path.slice(again), file]);
    if (again >= 0 || done.has(file)) return;
    for (const target of edges.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) walk(file, []);
  return found;
}
