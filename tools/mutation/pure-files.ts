import { readFileSync } from 'node:fs';
import type { Survivor } from './measured.js';
import { readMeasured, writeMeasured } from './measured.js';
import { mutantsOf, type Mutant } from './mutants.js';
import type { Planting } from './planter.js';
import { runPlantings } from './run-plantings.js';

/** The parts without a database, a network or a clock: every mutant of them is tried. */
export const PURE = ['src/model', 'src/sync/plan', 'src/protocol'];

/** Whether a file belongs to the pure parts, and is no test. */
export const isPure = (file: string): boolean =>
  PURE.some((folder) => file.startsWith(`${folder}/`)) && /(?<!\.test|\.fixture)\.ts$/u.test(file);

/** Tries every mutant of the files, one file after the other, and keeps the outcome of each. */
export async function measurePure(files: readonly string[], say: (line: string) => void): Promise<void> {
  const plantings = files.map((file) => mutantsIn(file));
  const all = plantings.flat();
  await requireGreen(files);
  const survivors = new Map<string, Survivor[]>();
  const left = new Map(files.map((file, at) => [file, plantings[at]?.length ?? 0]));
  for (const [file, count] of left) if (count === 0) keep(file, [], 0);
  await runPlantings(all, { pure: true }, (index, { noticed }) => {
    const planting = all[index];
    if (planting === undefined) return;
    const { file } = planting;
    const ofFile = survivors.get(file) ?? [];
    survivors.set(file, noticed ? ofFile : [...ofFile, survivorOf(planting)]);
    const rest = (left.get(file) ?? 0) - 1;
    left.set(file, rest);
    if (rest > 0) return;
    const count = all.filter((one) => one.file === file).length;
    keep(file, survivors.get(file) ?? [], count);
    say(`${file}: ${count - (survivors.get(file)?.length ?? 0)} of ${count} noticed`);
  });
}

/** Where the tests are looked for: those of the part, and of all parts for the model, which all stand on. */
const testsOf = (file: string): readonly string[] =>
  PURE.filter((part) => part !== 'src/model' && file.startsWith(`${part}/`)).concat(
    file.startsWith('src/model/') ? PURE : [],
  );

function mutantsIn(file: string): readonly (Planting & Mutant)[] {
  return mutantsOf(file, readFileSync(file, 'utf8')).map((mutant) => ({ ...mutant, file, tests: testsOf(file) }));
}

/** @throws Error if a test fails without any mutant: then it would notice all of them. */
async function requireGreen(files: readonly string[]): Promise<void> {
  const sets = new Map(files.map((file) => [testsOf(file).join(' '), testsOf(file)]));
  const asItIs = [...sets.values()].map((tests) => ({ file: '', start: 0, end: 0, replacement: '', tests }));
  await runPlantings(asItIs, { pure: true }, (_index, { noticed, by }) => {
    if (noticed) throw new Error(`This fails as the code stands, so that nothing can be measured with it: ${by}`);
  });
}

function keep(file: string, survivors: readonly Survivor[], mutants: number): void {
  const measured = readMeasured();
  measured.files[file] = { on: new Date().toISOString().slice(0, 10), mutants, survivors };
  writeMeasured(measured);
}

function survivorOf({ file, line, kind, start, end, replacement }: Planting & Mutant): Survivor {
  const text = readFileSync(file, 'utf8');
  const [own = ''] = text.split('\n').slice(line - 1, line);
  return { line, kind, text: own.trim(), was: text.slice(start, end), replacement };
}
