import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compileValidators } from './compile.js';
import { compiledValidators, moduleOf } from './compiled.js';
import { digestOf } from './digest.js';

/** The documents whose requests a server validates. */
export const SERVED = ['scim', 'admin'] as const;

/** The text of generated/NAME.json. */
export const jsonOf = (name: string): string =>
  readFileSync(new URL(`../../../generated/${name}.json`, import.meta.url), 'utf8');

/** Compiles the validators of the documents that a server serves, and writes them to where compiled.ts reads them. */
export async function writeValidators(names: readonly string[] = SERVED): Promise<void> {
  for (const name of names) {
    const file = moduleOf(name);
    mkdirSync(dirname(file), { recursive: true });
    // Another process may be reading or writing.
    const written = `${file}.${process.pid}`;
    writeFileSync(written, await compileValidators(jsonOf(name)));
    renameSync(written, file);
  }
}

/** Writes those that are missing or of another document. */
export async function writeMissingValidators(): Promise<void> {
  await writeValidators(
    SERVED.filter((name) => compiledValidators({ name, digest: digestOf(jsonOf(name)) }) === undefined),
  );
}
