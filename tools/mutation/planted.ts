import { readFileSync } from 'node:fs';
import { readMeasured, writeMeasured } from './measured.js';
import type { PlantedFault } from './planted-faults/fault.js';
import type { Planting } from './planter.js';
import { runPlantings } from './run-plantings.js';

/** Plants each fault, and keeps the outcome. Tests that fail without one are no proof: such a fault is not measured. */
export async function measurePlanted(faults: readonly PlantedFault[], say: (line: string) => void): Promise<void> {
  const green = await greenTests(faults, say);
  const usable = faults.filter(({ tests }) => tests.every((test) => green.has(test)));
  await runPlantings(usable.map(plantingOf), { pure: false }, (index, { noticed, by }) => {
    const fault = usable[index];
    if (fault === undefined) return;
    const measured = readMeasured();
    measured.faults[fault.name] = { on: new Date().toISOString().slice(0, 10), noticed, by };
    writeMeasured(measured);
    say(`${noticed ? 'noticed' : 'NOT NOTICED'}: ${fault.name}`);
  });
}

/** The test files that pass as the code stands. */
async function greenTests(faults: readonly PlantedFault[], say: (line: string) => void): Promise<ReadonlySet<string>> {
  const tests = [...new Set(faults.flatMap((fault) => fault.tests))];
  const asItIs = tests.map((test) => ({ file: '', start: 0, end: 0, replacement: '', tests: [test] }));
  const green = new Set<string>();
  await runPlantings(asItIs, { pure: false }, (index, { noticed, by }) => {
    const test = tests[index];
    if (test !== undefined && !noticed) green.add(test);
    if (noticed) say(`fails as the code stands, so that it is no proof: ${by}`);
  });
  return green;
}

function plantingOf({ file, text, planted, tests }: PlantedFault): Planting {
  const start = readFileSync(file, 'utf8').indexOf(text);
  return { file, start, end: start + text.length, replacement: planted, tests };
}
