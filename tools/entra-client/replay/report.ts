import type { Json, JsonObject } from '../json.js';
import type { Expectation } from '../recording/exchange.js';
import type { Played } from './play.js';

/** Whether an exchange was answered as expected. */
export const passed = ({ faults }: Played): boolean => faults.length === 0;

/** The outcomes by scenario, in the order in which they were played. */
export function byScenario(played: readonly Played[]): ReadonlyMap<string, readonly Played[]> {
  const scenarios = new Map<string, Played[]>();
  for (const one of played) {
    const { scenario } = one.exchange;
    const others = scenarios.get(scenario);
    if (others === undefined) scenarios.set(scenario, [one]);
    else others.push(one);
  }
  return scenarios;
}

/** A report as text: a line per scenario with its failed exchanges below, and the totals. */
export function report(played: readonly Played[]): string {
  const failed = played.filter((one) => !passed(one)).length;
  const scenarios = [...byScenario(played)].map(([name, exchanges]) => scenarioReport(name, exchanges));
  return [...scenarios, '', `${played.length - failed} passed, ${failed} failed`].join('\n');
}

function scenarioReport(name: string, played: readonly Played[]): string {
  const failed = played.filter((one) => !passed(one));
  const sum = `${played.length - failed.length} of ${played.length} passed`;
  return [`${failed.length === 0 ? 'ok    ' : 'FAILED'} ${name}: ${sum}`, ...failed.map(failure)].join('\n');
}

/** What went wrong with one exchange, on indented lines. */
export function failure(played: Played): string {
  const { exchange, sent, expected, faults } = played;
  const lines = [
    `${exchange.id}: ${exchange.step}`,
    `  request   ${sent ?? 'not sent'}`,
    `  expected  ${asked(expected)}`,
    `  received  ${received(played)}`,
    ...faults.map((fault) => `  fault     ${fault}`),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

function asked({ status, body_contains: contains, body_lacks: lacks, lengths }: Expectation): string {
  const parts: readonly (readonly [string, Json | undefined])[] = [
    ['with', contains],
    ['without', lacks],
    ['lengths', lengths],
  ];
  const said = parts.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${JSON.stringify(value)}`]));
  return [status.join(' or '), ...said].join(' ');
}

const received = ({ status, came: body }: Played): string =>
  status === undefined ? 'no answer' : `${status} ${body}`.trim();

/** The report as --json prints it. */
export function reportJson(played: readonly Played[]): JsonObject {
  const failed = played.filter((one) => !passed(one)).length;
  return { passed: played.length - failed, failed, exchanges: played.map(playedJson) };
}

const playedJson = ({ exchange, sent, status, came: body, faults, milliseconds }: Played): JsonObject => ({
  id: exchange.id,
  scenario: exchange.scenario,
  step: exchange.step,
  request: sent ?? null,
  status: status ?? null,
  passed: faults.length === 0,
  faults,
  ...(faults.length === 0 ? {} : { came: body }),
  milliseconds: Math.round(milliseconds),
});
