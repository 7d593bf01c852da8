import { DIALECT_HEADING, REQUIREMENT_HEADINGS } from '../../src/testing/conformance-headings.js';
import { plainTitle, unproven, type TestOutcome } from '../../src/testing/conformance-proof.js';
import { dialectRows, requirementRows, type NamedTest } from '../../src/testing/conformance-table.js';
import type { Finding } from './finding.js';
import type { RunResult, TestResult } from './run-result.js';

export type Result = 'passed' | 'failed' | 'not run' | 'no test';

export interface ReportRow {
  readonly name: string;
  /** What was run, or what is required. */
  readonly what: string;
  readonly result: Result;
  /** What went wrong, or why there is no test; empty where there is nothing to say. */
  readonly remarks: readonly string[];
}

export interface ReportPart {
  readonly title: string;
  /** What `what` of its rows is. */
  readonly column: string;
  readonly rows: readonly ReportRow[];
}

/** What was tested. */
export interface Tested {
  /** Of the package. */
  readonly version: string;
  /** `info.version` of openapi/scim.yaml. */
  readonly contract: string;
  readonly commit: string;
  /** Whether files differ from the commit. */
  readonly changed: boolean;
  readonly node: string;
}

/** The report as its JSON page has it. */
export interface Report extends Tested {
  readonly runs: readonly {
    readonly run: string;
    readonly ended: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly parts: readonly ReportPart[];
}

/** A planted fault that a test has noticed: which one, as `src/….test.ts › group > title`. */
export interface NoticedFault {
  readonly name: string;
  readonly by: string;
}

/**
 * The report on runs of the tests.
 * @param conformance the text of docs/conformance.md
 * @param noticed the planted faults that have shown that tests can fail
 * @throws Error for a row of docs/conformance.md that is not of its table's form
 */
export function reportOn(
  tested: Tested,
  runs: readonly RunResult[],
  conformance: string,
  noticed: readonly NoticedFault[] = [],
): Report {
  const tests = runs.flatMap((run) => run.tests);
  const findings = tests.flatMap((test) => test.findings);
  const shown = (kind: Finding['kind']): readonly ReportRow[] =>
    findings.filter((each) => each.kind === kind).map(rowOf);
  return {
    ...tested,
    runs: runs.map(({ run, ended, tests: all }) => ({ run, ended, counts: countsOf(all) })),
    parts: [
      { title: 'Scenarios: recorded traffic of Entra, replayed', column: 'What was run', rows: shown('scenario') },
      {
        title: 'Operations: every answer that a request can provoke',
        column: 'What was run',
        rows: shown('operation'),
      },
      {
        title: 'Properties: random histories',
        column: 'What was run',
        rows: [...shown('property'), ...properties(tests)],
      },
      ...REQUIREMENT_HEADINGS.map((heading) => requirements(conformance, heading, tests, noticed)),
      dialect(conformance, tests, noticed),
    ],
  };
}

const rowOf = ({ name, ran, faults }: Finding): ReportRow => ({
  name,
  what: ran,
  result: faults.length === 0 ? 'passed' : 'failed',
  remarks: faults,
});

const PROPERTY_FILE = /^convergence\/|\.property\.test\.ts$/u;

/** Tests of properties that say nothing about themselves but that they passed or did not. */
function properties(tests: readonly TestResult[]): readonly ReportRow[] {
  return tests
    .filter(({ file, findings }) => PROPERTY_FILE.test(file) && findings.length === 0)
    .map(({ file, titles, state }) => ({
      name: titles.map(plainTitle).join(' › '),
      what: file,
      result: state === 'passed' || state === 'failed' ? state : 'not run',
      remarks: [],
    }));
}

function requirements(
  conformance: string,
  heading: string,
  tests: readonly TestOutcome[],
  noticed: readonly NoticedFault[],
): ReportPart {
  const rows = requirementRows(conformance, heading).map(({ id, level, requirement, tests: named, reason }) => ({
    name: `${id} ${level}`,
    what: requirement,
    ...withFaults(proof(named, tests, reason), named, noticed),
  }));
  return { title: heading, column: 'What is required', rows };
}

function dialect(conformance: string, tests: readonly TestOutcome[], noticed: readonly NoticedFault[]): ReportPart {
  const rows = dialectRows(conformance, DIALECT_HEADING).map(({ rule, tests: named }) => ({
    name: rule,
    what: named.map(({ file, title }) => `${file} › ${title}`).join('; '),
    ...withFaults(proof(named, tests, ''), named, noticed),
  }));
  return { title: DIALECT_HEADING, column: 'What was run', rows };
}

type Proof = Pick<ReportRow, 'result' | 'remarks'>;

/** Says which planted faults the tests have noticed, so that it is known that they can fail. */
function withFaults(proven: Proof, named: readonly NamedTest[], noticed: readonly NoticedFault[]): Proof {
  const shown = noticed.filter(({ by }) => named.some((test) => isBy(by, test)));
  return { ...proven, remarks: [...proven.remarks, ...shown.map(({ name }) => `Can fail; it noticed: ${name}`)] };
}

function isBy(by: string, { file, title }: NamedTest): boolean {
  const [noticing, ...titles] = by.split(' › ');
  return noticing === `src/${file}.test.ts` && titles.join(' › ').split(' > ').map(plainTitle).includes(title);
}

function proof(named: readonly NamedTest[], tests: readonly TestOutcome[], reason: string): Proof {
  const reasons = reason === '' ? [] : [reason];
  if (named.length === 0) return { result: 'no test', remarks: reasons };
  const ran = new Set(tests.map(({ file }) => file));
  if (!named.every(({ file }) => ran.has(`src/${file}.test.ts`))) return { result: 'not run', remarks: reasons };
  const faults = unproven(named, tests);
  return { result: faults.length === 0 ? 'passed' : 'failed', remarks: [...faults, ...reasons] };
}

function countsOf(tests: readonly TestOutcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of tests) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
