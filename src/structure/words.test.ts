import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const GLOSSARY = 'docs/glossary.md';
const HEADING = '## Use these words';
const THIS_FILE = 'src/structure/words.test.ts';

interface Word {
  readonly text: string;
  readonly line: number;
}

/** One entry of the last table of the glossary. */
interface Rule {
  readonly parts: readonly string[];
  readonly but: string;
}

/** Files below a folder of the repository, by their paths from its root. */
function filesBelow(folder: string, endings: readonly string[]): readonly string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => endings.some((ending) => path.endsWith(ending)) && !path.includes('node_modules/'));
}

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const PROSE = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs', ['.md']),
  ...filesBelow('contract-tests', ['.md']),
  ...['scim', 'admin', 'backend'].map((name) => `openapi/${name}.yaml`),
];
const CODE = ['src', 'tools', 'bench', 'contract-tests'].flatMap((folder) => filesBelow(folder, ['.ts', '.tsx']));

/** Texts that cannot change: released migrations, and states of runs in the API, the walk and GitHub. */
const EXCEPTIONS: readonly (readonly [path: string, word: string])[] = [
  ['src/storage/sql/migrations.ts', 'synchronis…'],
  ['src/storage/sql/migrations/20261126000001_synchronisation.ts', 'synchronis…'],
  ['src/storage/sql/migrations/20261126000001_synchronisation.ts', 'cancelled'],
  ['src/storage/sql/migrations/20261126000001_synchronisation.ts', 'sign of life'],
  ['src/storage/sql/migrations/20261128000150_activity.ts', 'e-mail'],
  ['src/storage/sql/migrations/20261128000220_tenant_imports.ts', 'broken off'],
  ['contract-tests/walk/admin-walk.ts', 'colour…'],
  ['contract-tests/ci/ci.test.ts', 'cancelled'],
  ['openapi/admin.yaml', 'cancelled'],
  ['src/sync/create-synchronization.ts', 'cancelled'],
];

/** Values such as 'cancelled' are the contract's and stay; in prose, so does everything in a code span. */
function withoutCodes(path: string, text: string): string {
  const free = path.endsWith('.md') ? text.replace(/`[^`\n]*`/g, '') : text;
  return free.replace(/'[\w.-]+'|`[\w.-]+`/g, '');
}

/** The words of a text, in lower case; those of an identifier one by one. */
function wordsOf(text: string): readonly Word[] {
  return text.split('\n').flatMap((line, index) => {
    const parts = line.replace(/([a-z\d])([A-Z])/g, '$1 $2').match(/[a-z]+(?:-[a-z]+)*/gi) ?? [];
    return parts.map((part) => ({ text: part.toLowerCase(), line: index + 1 }));
  });
}

function isWord(word: Word | undefined, asked = ''): boolean {
  return asked.endsWith('…') ? word?.text.startsWith(asked.slice(0, -1)) === true : word?.text === asked;
}

function rules(): readonly Rule[] {
  const rows = read(GLOSSARY).split(HEADING)[1]?.split('\n') ?? [];
  return rows
    .filter((row) => row.startsWith('| ') && !row.startsWith('| not ') && !row.startsWith('| ---'))
    .flatMap((row) => {
      const [, not = '', but = ''] = row.split('|').map((cell) => cell.trim());
      return not.split(', ').map((words) => ({ parts: words.split(' '), but }));
    });
}

/** A place in which a text has a word that the glossary replaces. */
interface Fault {
  readonly path: string;
  readonly line: number;
  readonly word: string;
  readonly but: string;
}

function faultsOf(path: string, text: string, all: readonly Rule[]): readonly Fault[] {
  const words = wordsOf(text);
  return words.flatMap((first, start) =>
    all
      .filter(({ parts }) => isWord(first, parts[0]))
      .filter(({ parts }) => parts.every((part, offset) => isWord(words[start + offset], part)))
      .map(({ parts, but }) => ({ path, line: first.line, word: parts.join(' '), but })),
  );
}

const textOf = (path: string): string =>
  withoutCodes(path, path === GLOSSARY ? (read(path).split(HEADING)[0] ?? '') : read(path));

it('finds the words that the glossary replaces, in prose, in identifiers and across lines', () => {
  const text = "/* It is thrown\n * away. */ const testSynchronisation = 'cancelled'; // for goods";
  const faults = faultsOf('x.ts', withoutCodes('x.ts', text), rules());
  expect(faults.map(({ line, word, but }) => [line, word, but])).toEqual([
    [1, 'thrown away', 'discard'],
    [2, 'synchronis…', 'the same with z'],
  ]);
});

it.each([
  ['documents', PROSE],
  ['code, its comments and its texts', CODE],
])('%s use the words of the glossary', (_, paths) => {
  const all = rules();
  expect(all.length).toBeGreaterThan(10);
  expect(paths.length).toBeGreaterThan(10);
  const faults = paths
    .filter((path) => path !== THIS_FILE)
    .flatMap((path) => faultsOf(path, `${path} ${textOf(path)}`, all));
  expect(faults.filter((fault) => !isException(fault)).map(sentence)).toEqual([]);
});

const isException = (fault: Fault): boolean =>
  EXCEPTIONS.some(([path, word]) => fault.path === path && fault.word === word);

const sentence = ({ path, line, word, but }: Fault): string => `${path}:${line} has "${word}"; the word is: ${but}`;
