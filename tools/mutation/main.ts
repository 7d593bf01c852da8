import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { readMeasured } from './measured.js';
import { mutationPage, unjudged } from './page.js';
import { PLANTED_FAULTS } from './planted-faults/faults.js';
import { measurePlanted } from './planted.js';
import { isPure, measurePure } from './pure-files.js';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const git = (...parts: readonly string[]): readonly string[] =>
  execFileSync('git', parts, { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');

/** The files that are named (MUTATION_FILES), or that differ from a commit (MUTATION_SINCE); undefined for all. */
function chosen(files: string | undefined, since: string | undefined): ReadonlySet<string> | undefined {
  if (files !== undefined && files !== '') return new Set(files.split(/[\s,]+/u));
  if (since !== undefined && since !== '') return new Set(git('diff', '--name-only', `${since}...HEAD`));
  return undefined;
}

const only = chosen(process.argv[2], process.argv[3]);
const isChosen = (file: string): boolean => only?.has(file) ?? true;
const pureFiles = git('ls-files', 'src').filter((file) => isPure(file) && existsSync(file));
await measurePure(pureFiles.filter(isChosen), say);
await measurePlanted(
  PLANTED_FAULTS.filter(({ file }) => isChosen(file)),
  say,
);
const measured = readMeasured();
writeFileSync('docs/mutation.md', mutationPage(measured, PLANTED_FAULTS, pureFiles));
const open = unjudged(measured).filter((line) => only === undefined || [...only].some((file) => line.startsWith(file)));
for (const line of open) say(`survived: ${line}`);
if (only !== undefined && open.length > 0) process.exitCode = 1;
