import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CommandLine } from '../cli/command-line.js';
import { addCommands } from '../cli/commands.js';
import { addServe } from '../cli/serve.js';
import { readConfig, type Config } from '../config.js';
import { slugs } from '../docs/guide/slug.js';
import { commandLines, faultOf } from '../testing/docs/command-lines.js';
import { ROOT } from '../testing/structure/import-graph.js';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const below = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => !path.includes('node_modules/'));

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...[...below('docs'), ...below('contract-tests')].filter((path) => path.endsWith('.md')),
];

/** A document without what stands in code. */
const prose = (text: string): string =>
  text.replace(/^ {4}.*$/gmu, '').replace(/`[^`\n]+`/gu, (code) => 'x'.repeat(code.length));

/** The addresses of links and figures, those of other hosts aside, with the words that they have. */
const linksIn = (
  text: string,
): readonly { readonly words: string; readonly target: string; readonly isFigure: boolean }[] =>
  [...prose(text).matchAll(/(!?)\[([^\][]*)\]\(([^)\s]+)\)/gu)]
    .map(([, mark, words = '', target = '']) => ({ words, target, isFigure: mark === '!' }))
    .filter(({ target }) => !/^https?:/u.test(target));

/** The ids that the headings of a document have on GitHub and under /docs. */
function anchorsOf(path: string): readonly string[] {
  const slug = slugs();
  const headings = [...read(path).matchAll(/^#+ (.+)$/gmu)];
  return headings.map(([, heading = '']) =>
    slug(heading.replaceAll(/[`*]/gu, '').replaceAll(/\[([^\][]*)\]\([^)]*\)/gu, '$1')),
  );
}

const withoutComment = (line: string): string => (line.split(' # ')[0] ?? '').trimEnd();

describe.each(DOCUMENTS)('%s', (path) => {
  it('links to files and headings that there are', () => {
    const wrong = linksIn(read(path)).filter(({ target }) => {
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(join(ROOT, place))) return true;
      return anchor !== undefined && !anchorsOf(place).includes(anchor);
    });
    expect(wrong.map(({ target }) => target)).toEqual([]);
  });

  it('says in words what its figures show', () => {
    const mute = linksIn(read(path)).filter(({ isFigure, words }) => isFigure && words.length < 20);
    expect(mute).toEqual([]);
  });

  it('names targets of make and files of the repository that there are', () => {
    const code = [...read(path).matchAll(/`([^`\n]+)`|^ {4}(.+)$/gmu)].map(([, span, line]) =>
      withoutComment(span ?? line ?? ''),
    );
    const targets = new Set([...read('Makefile').matchAll(/^([a-z-]+):/gmu)].map(([, target]) => target));
    const made = code.flatMap((text) => {
      const [, names = ''] = /(?:^|\s)make((?: [a-z][a-z-]*)+)(?=$|\s*#|[^\w\s])/u.exec(text) ?? [];
      return names.split(' ').filter((name) => name !== '');
    });
    expect(made.filter((target) => !targets.has(target))).toEqual([]);
    const files = code.filter((text) =>
      /^(?:src|docs|tools|openapi|contract-tests|bench|examples|generated)\/[\w./-]+$/u.test(text),
    );
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('the command lines in the documents', () => {
  const program = new Command('flexwhere-scim');
  addServe(program, {} as CommandLine);
  addCommands(program, {} as CommandLine);
  const all = DOCUMENTS.filter((path) => path !== 'CHANGELOG.md').flatMap((path) => commandLines(path, read(path)));

  it('are those that the program takes', () => {
    expect(all.length).toBeGreaterThan(50);
    const wrong = all.flatMap(({ at, words }) => {
      const fault = faultOf(program, words);
      return fault === undefined ? [] : [`${at}: ${fault}`];
    });
    expect(wrong).toEqual([]);
  });

  it('set variables that the program reads', () => {
    const known = new Set([...readNames({}), ...readNames(HTTP), 'NODE_ENV']);
    expect(all.flatMap(({ variables }) => variables).filter((name) => !known.has(name))).toEqual([]);
  });

  it.each([
    [['tenant', 'launch'], 'no command launch'],
    [['tenant', 'create'], 'an argument is missing'],
    [['tenant', 'create', 'A', 'B'], 'an argument too many'],
    [['tenant', 'list', '--hue'], 'no option --hue'],
    [['token', 'issue', '--label'], 'no value of --label'],
    [['token', 'issue', '--tenant', 'ID', '--label=2027'], undefined],
  ])('a mistake in one is seen: %j', (words, fault) => {
    expect(faultOf(program, words)).toBe(fault);
  });
});

/** What the settings of the backend need to be read at all. */
const HTTP = {
  SYNC_BACKEND: 'http',
  SYNC_BACKEND_URL: 'https://flexwhere.example/provisioning',
  SYNC_BACKEND_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
};

/** The names of the variables that are read where these are set. */
function readNames(environment: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set<string>();
  const watched = new Proxy(environment, {
    get: (set, name) => {
      names.add(String(name));
      return set[String(name)];
    },
  });
  readConfig(watched);
  return [...names].filter((name) => /^[A-Z_]+$/u.test(name) && name !== 'NODE_ENV');
}

describe('the table of settings in docs/operating.md', () => {
  const section =
    read('docs/operating.md')
      .split(/^## /mu)
      .find((part) => part.startsWith('Configuration\n')) ?? '';
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => {
      const [, names = '', defaults = ''] = line.split('|');
      const values = codes(defaults);
      return codes(names).map((name, index) => ({ name, value: values[index] }));
    });

  it('has each variable that the server reads, once, and no other', () => {
    const names = rows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect([...names].sort()).toEqual([...new Set([...readNames({}), ...readNames(HTTP)])].sort());
  });

  it('says the defaults: setting one changes nothing', () => {
    const wrong = rows
      // The address is made of two others; that it was given is a setting of its own.
      .filter(({ name, value }) => value !== undefined && name !== 'PUBLIC_URL')
      .filter(({ name, value = '' }) => {
        const base = name.startsWith('SYNC_') && !['SYNC_BACKEND', 'SYNC_EXPORT_DIR'].includes(name) ? HTTP : {};
        return settings({ ...base, [name]: value }) !== settings(base);
      });
    expect(wrong).toEqual([]);
    expect(settings({ PORT: '1' })).not.toBe(settings({}));
  });
});

const codes = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/gu)].map(([, code]) => code ?? '');

const settings = (environment: Readonly<Record<string, string>>): string =>
  JSON.stringify(readConfig(environment) satisfies Config);

describe('docs/figures', () => {
  const figures = below('docs/figures').filter((path) => /\.(?:png|svg)$/u.test(path));

  it('holds small files, each shown by a document', () => {
    expect(figures.length).toBeGreaterThan(3);
    const shown = new Set(
      DOCUMENTS.flatMap((path) => linksIn(read(path)).map(({ target }) => posix.join(posix.dirname(path), target))),
    );
    expect(figures.filter((path) => !shown.has(path))).toEqual([]);
    expect(figures.filter((path) => statSync(join(ROOT, path)).size > 150_000)).toEqual([]);
  });
});
