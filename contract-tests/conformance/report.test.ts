import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../tools/entra-client/json.js';
import { operationFindings, scenarioFindings } from './finding.js';
import { Contract } from '../document/contract.js';
import { pageOf } from './page.js';
import { reportOn, type Report, type Result, type Tested } from './report.js';
import { isRunResult, type RunResult, type TestResult } from './run-result.js';

const TESTED: Tested = { version: '0.1.0', contract: '1.0.0', commit: 'abc', changed: true, node: 'v20.1.0' };

const CONFORMANCE = `
## Where Entra wins

| Rule | What the RFC says | Proof |
| --- | --- | --- |
| \`keys-are-paths\` | no | \`protocol/entra/rules\` › keys |

## RFC 7643: core schema

| No. | | What is required | Proof |
| --- | --- | --- | --- |
| 2.1-1 | MUST | One. | \`http/put\` › replaces |
| 2.1-2 | MUST | Two. | \`http/put\` › breaks |
| 2.1-3 | SHOULD | Three. | \`http/elsewhere\` › is not run |
| 2.1-4 | SHOULD | Four. | Reason: there is nothing to do. |
| 2.1-5 | MUST | Five. | \`http/put\` › is not there |
`;

const outcome = (file: string, state: TestResult['state'], ...titles: readonly string[]): TestResult => ({
  file,
  titles,
  state,
  findings: [],
});

const UNIT: RunResult = {
  run: 'unit',
  commit: 'abc',
  ended: '2026-11-25T00:00:00.000Z',
  tests: [
    outcome('src/http/put.test.ts', 'passed', 'PUT', 'replaces'),
    outcome('src/http/put.test.ts', 'failed', 'PUT', 'breaks'),
    outcome('src/protocol/entra/rules.test.ts', 'passed', 'keys'),
    outcome('src/protocol/filter.property.test.ts', 'skipped', 'filters agree'),
  ],
};

const CONTRACT: RunResult = {
  ...UNIT,
  run: 'contract',
  tests: [
    {
      ...outcome('dredd.test.ts', 'failed', 'replays'),
      findings: [
        { kind: 'scenario', name: 'paging', ran: '7 of 7 exchanges', faults: [] },
        { kind: 'operation', name: 'GET /<b>', ran: '1 request', faults: ['"x" & <script>'] },
        { kind: 'property', name: 'kept', ran: '40 histories', faults: [] },
      ],
    },
    outcome('convergence/convergence.test.ts', 'passed', 'converges'),
  ],
};

const report = reportOn(TESTED, [UNIT, CONTRACT], CONFORMANCE);

const resultsOf = ({ parts }: Report, title: string): readonly (readonly [string, Result])[] =>
  parts
    .filter((part) => part.title.startsWith(title))
    .flatMap(({ rows }) => rows.map(({ name, result }) => [name, result]));

describe('the conformance report', () => {
  test.each<readonly [string, readonly (readonly [string, Result])[]]>([
    ['Scenarios', [['paging', 'passed']]],
    ['Operations', [['GET /<b>', 'failed']]],
    [
      'Properties',
      [
        ['kept', 'passed'],
        ['filters agree', 'not run'],
        ['converges', 'passed'],
      ],
    ],
    ['Where Entra wins', [['keys-are-paths', 'passed']]],
    [
      'RFC 7643',
      [
        ['2.1-1 MUST', 'passed'],
        ['2.1-2 MUST', 'failed'],
        ['2.1-3 SHOULD', 'not run'],
        ['2.1-4 SHOULD', 'no test'],
        ['2.1-5 MUST', 'failed'],
      ],
    ],
  ])('says how each row of "%s" ended', (title, rows) => {
    expect(resultsOf(report, title)).toEqual(rows);
  });

  test('says what was tested, and how the runs ended', () => {
    expect(report).toMatchObject(TESTED);
    expect(report.runs.map(({ run, counts }) => [run, counts])).toEqual([
      ['unit', { passed: 2, failed: 1, skipped: 1 }],
      ['contract', { passed: 1, failed: 1 }],
    ]);
  });

  test('says which planted faults have shown that the tests of a row can fail', () => {
    const noticed = [
      { name: 'the header is lost', by: 'src/http/put.test.ts › PUT > replaces' },
      { name: 'another test noticed it', by: 'src/http/put.test.ts › PUT > replaces all' },
      { name: 'a test of another file noticed it', by: 'src/http/post.test.ts › replaces' },
      { name: 'a rule is lost', by: 'src/protocol/entra/rules.test.ts › keys' },
    ];
    const remarks = reportOn(TESTED, [UNIT], CONFORMANCE, noticed).parts.flatMap(({ rows }) =>
      rows.flatMap((row) => row.remarks.map((remark) => [row.name, remark])),
    );
    expect(remarks.filter(([, remark]) => remark?.startsWith('Can fail'))).toEqual([
      ['2.1-1 MUST', 'Can fail; it noticed: the header is lost'],
      ['keys-are-paths', 'Can fail; it noticed: a rule is lost'],
    ]);
  });

  test('knows every row of docs/conformance.md', () => {
    const conformance = readFileSync(fileURLToPath(new URL('../../docs/conformance.md', import.meta.url)), 'utf8');
    const { parts } = reportOn(TESTED, [], conformance);
    const results = new Set(parts.flatMap(({ rows }) => rows).map(({ result }) => result));
    expect(parts.filter(({ rows }) => rows.length > 10)).toHaveLength(4);
    expect(results).toEqual(new Set(['not run', 'no test']));
  });
});

describe('the page', () => {
  const page = pageOf(report);

  test('shows every row, and nothing as markup', () => {
    expect(page).toContain('&quot;x&quot; &amp; &lt;script&gt;');
    expect(page).toContain('GET /&lt;b&gt;');
    expect(page).not.toMatch(/<script|<b>|<link|<img|url\(|https?:/u);
    expect(page.match(/<td class="result /gu)).toHaveLength(report.parts.flatMap(({ rows }) => rows).length);
  });

  test('says version, contract, commit and results in words', () => {
    for (const text of ['0.1.0', '1.0.0', 'abc, with changes', 'v20.1.0', 'failed', 'not run', '2 passed']) {
      expect(page).toContain(text);
    }
  });

  test('can be read without looking: a language, one main part, captions or headings, and scopes', () => {
    expect(page).toContain('<html lang="en">');
    expect(page.match(/<main>/gu)).toHaveLength(1);
    expect(page.match(/<h1>/gu)).toHaveLength(1);
    expect(page).not.toMatch(/<th>/u);
  });
});

describe('a finding', () => {
  const ran = {
    ...{ tests: 3, passes: 2, failures: 1, errors: 0, skipped: 0 },
    passed: ['a-1', 'listUsers 200: usual'],
    faults: new Map([
      ['a-2', 'no'],
      ['listUsers 400: bad', 'no'],
    ]),
  };

  test('about a scenario counts its exchanges', () => {
    const exchanges = ['a-1', 'a-2'].map((id) => ({ id, scenario: 'a' }));
    expect(scenarioFindings(exchanges, ran)).toEqual([
      { kind: 'scenario', name: 'a', ran: '1 of 2 exchanges', faults: ['a-2: no'] },
    ]);
  });

  test('about an operation has its statuses', () => {
    const contract = Contract.read('{paths: {/Users: {get: {operationId: listUsers, responses: {}}}}}');
    expect(operationFindings('scim.yaml', contract, ran)).toEqual([
      {
        kind: 'operation',
        name: 'scim.yaml: GET /Users',
        ran: '2 requests, answered 200, 400',
        faults: ['listUsers 400: bad: no'],
      },
    ]);
  });
});

test.each([
  [true, CONTRACT],
  [false, { ...CONTRACT, tests: [{}] }],
  [false, { ...CONTRACT, commit: 7 }],
  [false, []],
])('what is read of a run is a run: %s', (is, value) => {
  expect(isRunResult(parseJson(JSON.stringify(value)))).toBe(is);
});
