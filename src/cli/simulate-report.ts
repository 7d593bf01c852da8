import type { JsonObject } from '../protocol/json.js';
import type { Measured } from '../entra-client/simulator/measured-send.js';
import type { Retry } from '../entra-client/simulator/retries.js';
import type { SimulationReport } from '../entra-client/simulator/simulation.js';
import { table } from './table.js';

/** Failures that are shown one by one. */
const SHOWN = 20;

/** The report for people: requests by purpose with their latencies in milliseconds, and what failed for good. */
export function reportText({ measured, failures, stopped }: SimulationReport, aligned: boolean): string {
  const headings = ['REQUEST', 'COUNT', 'ERRORS', 'P50 MS', 'P95 MS', 'MAX MS'];
  const requests = table(measured.map(measuredRow), headings, { aligned, none: 'No request was sent.' });
  const shown = failures.slice(0, SHOWN).map(failureRow);
  const failed = table(shown, ['FAILED', 'OBJECT', 'ATTEMPTS', 'REASON', 'DETAIL'], {
    aligned,
    none: stopped === undefined ? 'Nothing failed for good.' : `The last cycle was stopped: ${stopped.message}`,
  });
  const more = failures.length > SHOWN ? `\nand ${failures.length - SHOWN} more` : '';
  return `\n${requests}\n\n${failed}${more}`;
}

const measuredRow = ({ purpose, requests, failed, p50, p95, max }: Measured): readonly string[] => [
  purpose,
  String(requests),
  String(failed),
  ...[p50, p95, max].map((time) => time.toFixed(1)),
];

const failureRow = ({ kind, key, attempts, failure }: Retry): readonly string[] => [
  kind,
  key,
  String(attempts),
  failure.status === 0 ? failure.code : `${failure.code} (${failure.status})`,
  failure.message.slice(0, 100),
];

/** The report for programs; latencies in milliseconds. */
export function reportJson({ measured, failures, quarantine, finished, stopped }: SimulationReport): JsonObject {
  return {
    requests: measured.map((one) => ({ ...one })),
    failures: failures.map(({ kind, key, attempts, failure: { code, status, message } }) => ({
      kind,
      key,
      attempts,
      code,
      status,
      detail: message,
    })),
    quarantine: quarantine?.reason ?? null,
    finished,
    stopped: stopped === undefined ? null : { code: stopped.code, status: stopped.status, detail: stopped.message },
  };
}
