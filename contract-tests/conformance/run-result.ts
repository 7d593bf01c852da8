import type { TestOutcome } from '../../src/testing/conformance-proof.js';
import { isArray, isObject, type Json } from '../../tools/entra-client/json.js';
import type { Finding } from './finding.js';

/** The outcome of one test, with its findings about single things. */
export interface TestResult extends TestOutcome {
  readonly findings: readonly Finding[];
}

/** The outcome of a run of all tests of a kind. */
export interface RunResult {
  /** Such as `unit`. */
  readonly run: string;
  /** The commit that was tested; `unknown` outside a repository. */
  readonly commit: string;
  /** When the run ended, in RFC 3339. */
  readonly ended: string;
  readonly tests: readonly TestResult[];
}

/** Whether JSON is what the reporter wrote of a run. */
export function isRunResult(value: Json | undefined): value is Json & RunResult {
  if (!isObject(value) || !isArray(value['tests'])) return false;
  const { run, commit, ended, tests } = value;
  return [run, commit, ended].every((text) => typeof text === 'string') && tests.every(isTestResult);
}

const isTestResult = (value: Json): boolean =>
  isObject(value) &&
  typeof value['file'] === 'string' &&
  typeof value['state'] === 'string' &&
  isArray(value['titles']) &&
  isArray(value['findings']);
