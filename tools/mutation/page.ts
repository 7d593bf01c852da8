import { JUDGED } from './judged.js';
import type { Measured, Survivor } from './measured.js';
import type { PlantedFault } from './planted-faults/fault.js';
import { PURE } from './pure-files.js';

/** The survivors that nobody has judged, one a line, beginning with their file. */
export const unjudged = ({ files }: Measured): readonly string[] =>
  Object.entries(files).flatMap(([file, { survivors }]) =>
    survivors.filter((one) => whyOf(file, one) === undefined).map((one) => `${file}:${one.line} ${wordsOf(one)}`),
  );

/**
 * docs/mutation.md.
 * @param pureFiles all files of the pure parts, so that the page can say which were not measured
 */
export function mutationPage(
  measured: Measured,
  faults: readonly PlantedFault[],
  pureFiles: readonly string[],
): string {
  return [
    HEAD,
    ...scores(measured),
    ...unmeasured(measured, pureFiles),
    ...survivors(measured),
    ...planted(measured, faults),
    '',
  ].join('\n');
}

const HEAD = `# Tests that notice: the scores

Written by \`make mutation\` from \`tools/mutation/measured.json\`, which keeps what the last run of each file and fault found.
\`MUTATION_FILES='FILE …' make mutation\` measures some files anew, \`MUTATION_SINCE=main make mutation\` those that differ
from a commit. It fails for files so chosen where a mutant survives that nobody has judged in \`tools/mutation/judged.ts\`.

## Mutants of the pure parts

Every mutant of the files that are listed as measured was tried, one at a time: operators swapped, bounds moved, conditions held, booleans flipped,
strings and arrays emptied, statements, calls and \`?.\` left out. Left as they are: sentences for people, types and imports.
A mutant is run against the tests of its part (\`src/protocol\`, \`src/sync/plan\`; of \`src/model\` all of these) on SQLite
alone; those beyond, of the interfaces and the storage, may notice more. One that makes the tests run without end counts as noticed.
`;

function scores({ files }: Measured): readonly string[] {
  const rows = Object.entries(files);
  const ofParts = PURE.map((part) => [part, rows.filter(([file]) => file.startsWith(`${part}/`))] as const);
  return [
    '| Part | Files measured | Mutants | Noticed | Equivalent, judged | Score |',
    '| ---- | -------------- | ------- | ------- | ------------------ | ----- |',
    ...[...ofParts, ['all', rows] as const].map(([part, own]) => `| ${part} | ${scoreOf(own)} |`),
    '',
    'The score leaves equivalent mutants out.',
    '',
    '| File | Measured on | Noticed |',
    '| ---- | ----------- | ------- |',
    ...rows
      .filter(([, { mutants }]) => mutants > 0)
      .map(
        ([file, { on, mutants, survivors: left }]) => `| ${file} | ${on} | ${mutants - left.length} of ${mutants} |`,
      ),
    '',
  ];
}

function scoreOf(rows: readonly (readonly [string, Measured['files'][string]])[]): string {
  const mutants = rows.reduce((sum, [, file]) => sum + file.mutants, 0);
  const left = rows.reduce((sum, [, file]) => sum + file.survivors.length, 0);
  const judged = rows.reduce(
    (sum, [name, file]) => sum + file.survivors.filter((one) => whyOf(name, one) !== undefined).length,
    0,
  );
  return [rows.length, mutants, mutants - left, judged, percent(mutants - left, mutants - judged)].join(' | ');
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;

function unmeasured({ files }: Measured, pureFiles: readonly string[]): readonly string[] {
  const left = pureFiles.filter((file) => files[file] === undefined);
  return left.length === 0
    ? []
    : [`Not measured yet, ${left.length} of ${pureFiles.length} files: ${left.join(', ')}.`, ''];
}

function survivors({ files }: Measured): readonly string[] {
  const rows = Object.entries(files).flatMap(([file, { survivors: own }]) =>
    own.map((one) => `- ${file}:${one.line} ${wordsOf(one)}: ${whyOf(file, one) ?? 'not judged yet'}`),
  );
  return ['### Survivors', '', ...(rows.length === 0 ? ['None.'] : rows), ''];
}

const wordsOf = ({ kind, was, replacement, text }: Survivor): string => {
  const [from, to, where] = [was, replacement, text].map(
    (part) => `\`\`${part.replace(/\s+/gu, ' ').slice(0, 90)} \`\``,
  );
  return `${kind}, ${from ?? ''} → ${to ?? ''} in ${where ?? ''}`;
};

const whyOf = (file: string, { text, was, replacement }: Survivor): string | undefined =>
  JUDGED.find((one) => one.file === file && one.text === text && one.was === was && one.replacement === replacement)
    ?.why;

function planted({ faults: measured }: Measured, faults: readonly PlantedFault[]): readonly string[] {
  const run = faults.filter(({ name }) => measured[name] !== undefined);
  const noticed = run.filter(({ name }) => measured[name]?.noticed);
  const rows = faults.map(({ name, file }) => {
    const of = measured[name];
    const outcome = of === undefined ? 'not run yet' : of.noticed ? 'noticed' : '**not noticed**';
    return `| ${name} | ${file} | ${outcome} | ${of?.on ?? ''} | ${(of?.by ?? '').replaceAll('|', '\\|')} |`;
  });
  return [
    '## Planted faults',
    '',
    `Of ${faults.length} faults of our own (\`tools/mutation/planted-faults\`), ${run.length} were run, and ${noticed.length} of them noticed by the tests that are named with them: ${percent(noticed.length, run.length)}.`,
    'A fault stands in memory alone while its tests run, so that tests which start other processes do not see it.',
    '',
    '| Fault | In | Outcome | Run on | First test that failed |',
    '| ----- | -- | ------- | ------ | ---------------------- |',
    ...rows,
  ];
}
