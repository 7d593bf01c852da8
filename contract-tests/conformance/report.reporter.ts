import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestCase, TestModule, Vitest } from 'vitest/node';
import { parse } from 'yaml';
import { outcomeOf, testsIn } from '../../src/testing/test-outcomes.js';
import { WholeRunReporter } from '../../src/testing/whole-run.js';
import { readMeasured } from '../../tools/mutation/measured.js';
import { atPointer, isObject, parseJson, type Json } from '../../tools/entra-client/json.js';
import { pageOf } from './page.js';
import { reportOn, type Tested } from './report.js';
import { isRunResult, type RunResult, type TestResult } from './run-result.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = `${ROOT}conformance-report`;
const RUNS = `${FOLDER}/runs`;

/**
 * Writes the conformance report at the end of a run of all tests of a kind, however it ended: the page is made of the runs of
 * this commit that there were. A run of some tests leaves the report alone.
 */
export default class ReportReporter extends WholeRunReporter {
  protected override onWholeRunEnd(vitest: Vitest, modules: readonly TestModule[]): void {
    const run = vitest.config.root.endsWith('contract-tests') ? 'contract' : 'unit';
    const tested = whatIsTested();
    const result: RunResult = {
      run,
      commit: tested.commit,
      ended: new Date().toISOString(),
      tests: modules.flatMap(resultsIn),
    };
    mkdirSync(RUNS, { recursive: true });
    writeFileSync(`${RUNS}/${run}.json`, JSON.stringify(result));
    writeReport(tested);
    vitest.logger.log(`The conformance report is in ${FOLDER}`);
  }
}

/** The tests of a file, and the file itself where it could not be run. */
function resultsIn(module: TestModule): readonly TestResult[] {
  const broken: TestResult = {
    file: module.relativeModuleId,
    titles: ['the file itself'],
    state: 'failed',
    findings: [],
  };
  return [...testsIn(module).map(resultOf), ...(module.errors().length > 0 ? [broken] : [])];
}

const resultOf = (test: TestCase): TestResult => ({ ...outcomeOf(test), findings: test.meta().findings ?? [] });

function writeReport(tested: Tested): void {
  const runs = readdirSync(RUNS)
    .map((name) => parseJson(readFileSync(`${RUNS}/${name}`, 'utf8')))
    .filter(isRunResult)
    .filter(({ commit }) => commit === tested.commit);
  const noticed = Object.entries(readMeasured().faults).flatMap(([name, { by }]) => (by === '' ? [] : [{ name, by }]));
  const report = reportOn(tested, runs, readFileSync(`${ROOT}docs/conformance.md`, 'utf8'), noticed);
  writeFileSync(`${FOLDER}/conformance.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${FOLDER}/conformance.html`, pageOf(report));
}

function whatIsTested(): Tested {
  const document: unknown = parse(readFileSync(`${ROOT}openapi/scim.yaml`, 'utf8'));
  return {
    version: textAt(parseJson(readFileSync(`${ROOT}package.json`, 'utf8')), '/version'),
    contract: textAt(isObject(document) ? document : undefined, '/info/version'),
    commit: git('rev-parse', 'HEAD') ?? 'unknown',
    changed: (git('status', '--porcelain') ?? '') !== '',
    node: process.version,
  };
}

function textAt(value: Json | undefined, pointer: string): string {
  const text = atPointer(value, pointer);
  return typeof text === 'string' ? text : 'unknown';
}

/** What git prints; undefined outside a repository, and where there is no git. */
function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
