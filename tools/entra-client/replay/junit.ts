import { create } from 'xmlbuilder2';
import type { Played } from './play.js';
import { byScenario, failure, passed } from './report.js';

/** The outcomes as JUnit XML: a suite for each scenario, a test case for each exchange. */
export function junit(played: readonly Played[]): string {
  const root = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' }).ele('testsuites', {
    name: 'flexwhere-scim replay',
    ...sums(played),
  });
  for (const [scenario, exchanges] of byScenario(played)) {
    const suite = root.ele('testsuite', { name: scenario, ...sums(exchanges) });
    for (const one of exchanges) addCase(suite, one);
  }
  return root.end({ prettyPrint: true });
}

function addCase(suite: ReturnType<ReturnType<typeof create>['ele']>, played: Played): void {
  const { exchange, faults, milliseconds } = played;
  const name = `${exchange.id}: ${exchange.step}`;
  const testCase = suite.ele('testcase', { name, classname: exchange.scenario, time: seconds(milliseconds) });
  if (!passed(played)) testCase.ele('failure', { message: faults.join('; ') }).txt(failure(played));
}

const sums = (played: readonly Played[]): Readonly<Record<string, string>> => ({
  tests: String(played.length),
  failures: String(played.filter((one) => !passed(one)).length),
  time: seconds(played.reduce((sum, { milliseconds }) => sum + milliseconds, 0)),
});

const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(3);
