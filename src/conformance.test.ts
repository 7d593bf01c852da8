import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENTRA_RULES } from './protocol/entra/rules.js';
import { DIALECT_HEADING, REQUIREMENT_HEADINGS } from './testing/conformance-headings.js';
import { dialectRows, requirementRows } from './testing/conformance-table.js';

const MARKDOWN = readFileSync('docs/conformance.md', 'utf8');

/** The sections that ask something of a service provider, in their order. */
const SECTIONS: Readonly<Record<(typeof REQUIREMENT_HEADINGS)[number], readonly string[]>> = {
  'RFC 7643: core schema': [
    ...['2.1', '2.2', '2.3', '2.3.4', '2.3.5', '2.3.6', '2.3.7', '2.3.8', '2.4', '2.5'],
    ...['3', '3.1', '3.3', '4.1.1', '4.1.2', '4.2', '4.3', '5', '6', '7', '9.2'],
  ],
  'RFC 7644: protocol': [
    ...['1.3', '2', '2.1', '3.1', '3.2', '3.3', '3.3.1'],
    ...['3.4.2', '3.4.2.1', '3.4.2.2', '3.4.2.3', '3.4.2.4', '3.4.2.5', '3.4.3'],
    ...['3.5', '3.5.1', '3.5.2', '3.5.2.1', '3.5.2.2', '3.5.2.3', '3.6'],
    ...['3.7', '3.7.1', '3.7.2', '3.7.3', '3.7.4', '3.8', '3.9', '3.10', '3.11', '3.12', '3.13', '3.14'],
    ...['4', '5', '7.2', '7.3', '7.4', '7.5.1', '7.5.2', '7.7', '7.8'],
  ],
  'RFC 9865: paging by cursor': ['2', '2.1', '2.2', '2.3', '2.5', '4', '5.2', '5.3'],
};

const testFile = (file: string): string => `src/${file}.test.ts`;

describe.each(REQUIREMENT_HEADINGS)('docs/conformance.md, %s', (heading) => {
  const rows = requirementRows(MARKDOWN, heading);

  it('has every section that asks something of a service provider, in order', () => {
    expect(rows.map(({ section }) => section).filter((section, index, all) => section !== all[index - 1])).toEqual(
      SECTIONS[heading],
    );
  });

  it('numbers the rows of a section from 1', () => {
    const numbers = new Map<string, number>();
    for (const { id, section, number } of rows) {
      expect(number, id).toBe((numbers.get(section) ?? 0) + 1);
      numbers.set(section, number);
    }
  });

  it('says MUST or SHOULD, what is required, and a test or a reason', () => {
    for (const { id, level, requirement, tests, reason } of rows) {
      expect(['MUST', 'SHOULD'], id).toContain(level);
      expect(requirement.length > 10 && requirement.endsWith('.'), id).toBe(true);
      expect(tests.length > 0 || reason !== '', id).toBe(true);
      expect(reason === '' || (reason.startsWith('Reason: ') && reason.endsWith('.')), id).toBe(true);
    }
  });

  it('names files that there are', () => {
    const files = rows.flatMap(({ tests }) => tests.map(({ file }) => testFile(file)));
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});

describe('docs/conformance.md, where Entra wins', () => {
  const rows = dialectRows(MARKDOWN, DIALECT_HEADING);

  it('has a row for each rule, in the order in which they apply', () => {
    expect(rows.map(({ rule }) => rule)).toEqual(ENTRA_RULES.map(({ name }) => name));
  });

  it('has a test for each rule', () => {
    for (const { rule, tests } of rows) {
      expect(tests.length, rule).toBeGreaterThan(0);
      for (const { file } of tests) expect(existsSync(testFile(file)), rule).toBe(true);
    }
  });
});

it('the test run is held to what the document names', () => {
  expect(readFileSync('vitest.config.ts', 'utf8')).toContain("'./src/testing/conformance.reporter.ts'");
});
