import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, isProduct, ROOT } from '../testing/structure/import-graph.js';

const MOST_LINES = 300;
const MOST_LINES_OF_A_FUNCTION = 60;

const FILES = ['src', 'tools', 'contract-tests', 'bench']
  .flatMap((folder) => filesBelow(folder))
  .filter((path) => !path.includes('/migrations/') && !path.includes('node_modules/'));

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const lengthOf = (text: string): number => text.trimEnd().split('\n').length;

/** What holds tests together is as long as they are. */
const HOLDING_TESTS = ['describe', 'describe.each', 'describe.skipIf', 'describe.runIf'];

/** The names of JSON that leaves the program are read by others. */
const PUBLISHED = ['scim', 'admin', 'backend'].map((document) => textOf(`generated/${document}.json`)).join('\n');

/** What tests wait by. */
const READ_BY_OTHERS = ['flushActivity'];

/** What is found in files: functions that are too long, the members of types and classes, and every name that is read. */
class Shape {
  readonly longFunctions: string[] = [];
  readonly #members: { readonly name: string; readonly at: string }[] = [];
  readonly #read = new Set<string>();

  /** @param path from the root of the repository; in a test, names count as read by nobody */
  add(path: string, text: string): void {
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
    const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
    const isTest = path.endsWith('.test.ts');
    const declared = new Set<ts.Node>();
    const visit = (node: ts.Node, parent: ts.Node): void => {
      if (isLong(node) && ts.isFunctionLike(node) && 'body' in node && !holdsTests(parent, source)) {
        const [first, last] = [lineOf(node.getStart(source)), lineOf(node.end)];
        if (last - first >= MOST_LINES_OF_A_FUNCTION)
          this.longFunctions.push(`${path}:${first} has ${last - first + 1} lines`);
      }
      for (const name of memberNames(node)) {
        declared.add(name);
        if (isProduct(path) && !path.startsWith('contract-tests/'))
          this.#members.push({ name: name.text, at: `${path}:${lineOf(name.end)}` });
      }
      if (isName(node) && !isTest && !declared.has(node) && !isWritten(node, parent)) this.#read.add(node.text);
      ts.forEachChild(node, (child) => {
        visit(child, node);
      });
    };
    visit(source, source);
  }

  /** The members that nothing reads, by their name alone: one that shares its name with another is missed. */
  get unread(): readonly string[] {
    return this.#members.filter(({ name }) => !this.#read.has(name)).map(({ name, at }) => `${at} ${name}`);
  }
}

/** Whether a node has characters enough for a function that is too long. */
const isLong = ({ pos, end }: ts.Node): boolean => end - pos > MOST_LINES_OF_A_FUNCTION;

function holdsTests(parent: ts.Node, source: ts.SourceFile): boolean {
  if (!ts.isCallExpression(parent)) return false;
  const called = source.text.slice(parent.expression.pos, parent.expression.end).trimStart();
  return HOLDING_TESTS.some((name) => called === name || called.startsWith(`${name}(`));
}

type Name = ts.Identifier | ts.PrivateIdentifier | ts.StringLiteralLike;

const isName = (node: ts.Node): node is Name =>
  ts.isIdentifier(node) || ts.isPrivateIdentifier(node) || ts.isStringLiteralLike(node);

/** The names of the members of an interface, a type or a class. */
function memberNames(node: ts.Node): readonly Name[] {
  const isType = ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node);
  if (!isType && !ts.isClassLike(node)) return [];
  return node.members.flatMap(({ name }) => (name !== undefined && isName(name) ? [name] : []));
}

/** Whether a value is only given a name. */
const isWritten = (node: ts.Node, parent: ts.Node): boolean =>
  (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent)) && parent.name === node;

describe('the files of the repository', () => {
  const shape = new Shape();
  beforeAll(() => {
    for (const path of FILES) shape.add(path, textOf(path));
  }, 180_000);

  it(`have at most ${MOST_LINES} lines each, migrations aside`, () => {
    expect(FILES.length).toBeGreaterThan(800);
    expect(FILES.filter((path) => lengthOf(textOf(path)) > MOST_LINES)).toEqual([]);
  });

  it(`have functions of at most ${MOST_LINES_OF_A_FUNCTION} lines each, what holds tests together aside`, () => {
    expect(shape.longFunctions).toEqual([]);
  });

  it('have no member of a type or a class that nothing but tests reads', () => {
    const isReadElsewhere = (name: string): boolean => PUBLISHED.includes(`"${name}"`) || READ_BY_OTHERS.includes(name);
    expect(shape.unread.filter((member) => !isReadElsewhere(member.split(' ')[1] ?? ''))).toEqual([]);
  });

  it('are looked at for all of that', () => {
    const seen = new Shape();
    const body = 'x();\n'.repeat(MOST_LINES_OF_A_FUNCTION);
    seen.add('src/a.test.ts', `describe('a', () => {\n${body}});\nit('b', () => {\n${body}});\nnever();`);
    seen.add('src/a.ts', 'interface A { used: 1; written: 2; never?: () => void }\nclass B { own() {} called() {} }');
    seen.add('src/b.ts', 'const { used } = { used, written } as A; new B().called(); ({ own: 1 });');
    expect(seen.longFunctions).toEqual([`src/a.test.ts:63 has ${MOST_LINES_OF_A_FUNCTION + 2} lines`]);
    expect(seen.unread).toEqual(['src/a.ts:1 written', 'src/a.ts:1 never', 'src/a.ts:2 own']);
  });
});
