import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SRC = fileURLToPath(new URL('../..', import.meta.url));
const PARTS = ['protocol', 'storage', 'sync'];

/** A program under src/, compiled as it stands now. */
export interface Compiled {
  /** The path of the JavaScript. */
  readonly program: string;
  remove(): void;
}

/**
 * Compiles the parts that a program stands on, without checking their types: a process that is started often and at once has
 * no time to do so itself.
 * @param entry such as `sync/run/runner.fixture.ts`
 */
export function compileProgram(entry: string): Compiled {
  // Packages are found from here as from src/.
  const folder = join(SRC, '..', 'node_modules', '.cache', `flexwhere-scim-${process.pid}`);
  const files = PARTS.flatMap((part) =>
    readdirSync(join(SRC, part), { recursive: true, encoding: 'utf8' }).map((file) => join(SRC, part, file)),
  );
  for (const file of files.filter((one) => one.endsWith('.ts') && !one.endsWith('.test.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true },
    });
    const target = join(folder, relative(SRC, file)).replace(/ts$/u, 'js');
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
