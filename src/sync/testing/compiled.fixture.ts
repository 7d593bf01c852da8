import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A program of the project, compiled as it stands now. */
export interface Compiled {
  /** The path of the JavaScript. */
  readonly program: string;
  remove(): void;
}

/**
 * Compiles a program with all that it imports, without checking types: a process that is started often and at once has no time
 * to do so itself.
 * @param entry such as `src/sync/testing/runner.fixture.ts`
 */
export function compileProgram(entry: string): Compiled {
  // Packages are found from here as from the root.
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'flexwhere-scim-'));
  for (const file of reachable(join(ROOT, entry))) {
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true },
    });
    const target = join(folder, relative(ROOT, file)).replace(/ts$/u, 'js');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return {
    program: join(folder, entry).replace(/ts$/u, 'js'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A source file and all that it imports, directly or not; of the generated ones there are only types. */
function reachable(entry: string): ReadonlySet<string> {
  const files = new Set([entry]);
  for (const file of files) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
      const imported = resolve(dirname(file), fileName).replace(/js$/u, 'ts');
      if (fileName.startsWith('.') && existsSync(imported)) files.add(imported);
    }
  }
  return files;
}
