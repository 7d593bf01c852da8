import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** Every migration exports up and down, which mean the same in each. */
const EXCEPTIONS = ['up', 'down'];

const SOURCES = ['src', 'tools/entra-client'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/u.test(path) && !path.endsWith('.test.ts') && !path.endsWith('.fixture.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
);

/** The exported functions, classes, interfaces and types of a file that have no docstring, as `NAME (line)`. */
function undocumented(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => isExported(statement) && ts.getJSDocCommentsAndTags(statement).length === 0)
    .flatMap((statement) =>
      namesOf(statement)
        .filter((name) => !(EXCEPTIONS.includes(name) && path.includes('/migrations/')))
        .map((name) => `${name} (${source.getLineAndCharacterOfPosition(statement.getStart()).line + 1})`),
    );
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;

/** The names that need a docstring; of constants, those that are functions. */
function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    const functions = statement.declarationList.declarations.filter(
      ({ initializer }) => initializer !== undefined && ts.isArrowFunction(initializer),
    );
    return functions.map(({ name }) => name.getText());
  }
  const isDeclared =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isDeclared && statement.name !== undefined ? [statement.name.text] : [];
}

it('finds what has no docstring', () => {
  const text = `/** Said. */ export class Said {}
    export interface Bare {}
    export function bare() {}
    export const bareToo = () => 1;
    export const value = 1;
    // No docstring.
    export type Commented = string;
    function inner() {}`;
  expect(undocumented('x.ts', text)).toEqual(['Bare (2)', 'bare (3)', 'bareToo (4)', 'Commented (7)']);
});

it('everything that is exported says what it is', { timeout: 240_000 }, () => {
  expect(SOURCES.length).toBeGreaterThan(100);
  const bare = SOURCES.flatMap((path) =>
    undocumented(path, readFileSync(new URL(path, ROOT), 'utf8')).map((name) => `${path}: ${name}`),
  );
  expect(bare).toEqual([]);
});
