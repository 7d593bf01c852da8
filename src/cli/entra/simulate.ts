import { Presets, SingleBar } from 'cli-progress';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { liveClock } from '#entra-client/simulator/clock.js';
import { REQUIRED_RATE } from '#entra-client/simulator/pace.js';
import type { Retry } from '#entra-client/simulator/retries.js';
import type { Dialect } from '#entra-client/simulator/settings.js';
import {
  simulate,
  type SimulationPlan,
  type SimulationReport,
  type PlayedCycle,
  type SimulationWatch,
} from '#entra-client/simulator/simulation.js';
import { httpSender } from '#entra-client/simulator/wire/http-send.js';
import type { Measured } from '#entra-client/simulator/wire/measured-send.js';
import type { JsonObject } from '../../protocol/json.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { table } from '../table.js';
import { tenantUrl } from '../tenant/url.js';
import type { Terminal } from '../terminal.js';
import { wholeNumber } from '../whole-number.js';
import { Created } from './created.js';

interface SimulateOptions extends CommonOptions {
  readonly base: string;
  readonly token: string;
  readonly users: number;
  readonly groups: number;
  readonly cycles: number;
  readonly seed: number;
  readonly dialect?: Dialect;
  readonly faults?: number | true;
  readonly rate?: number;
  readonly clean?: true;
}

/** The share of requests that meet a fault if --faults has no value. */
const USUAL_FAULTS = 0.02;

/** Adds `simulate`, which plays Entra's provisioning service and reports latencies and failures. */
export function addSimulate(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'simulate', "play Entra's provisioning service for an invented company against a SCIM server")
    .requiredOption('--base <URL>', 'the Tenant URL')
    .requiredOption('--token <TOKEN>', 'the Secret Token')
    .option('--users <NUMBER>', 'users of the company at the start', wholeNumber, 100)
    .option('--groups <NUMBER>', 'groups of the company at the start', wholeNumber, 10)
    .option('--cycles <NUMBER>', 'provisioning cycles', wholeNumber, 5)
    .option('--seed <NUMBER>', 'the same seed makes the same company and the same changes', wholeNumber, 1)
    .addOption(
      new Option('--dialect <DIALECT>', 'flag: as with aadOptscim062020 (default if --base has it)').choices([
        'legacy',
        'flag',
      ]),
    )
    .option('--faults [SHARE]', `make this share of the requests meet a fault (${USUAL_FAULTS} if omitted)`, share)
    .option('--rate <NUMBER>', `maximum requests per second; Microsoft requires ${REQUIRED_RATE}`, positive)
    .option('--clean', 'delete the users and groups that this run created when it ends')
    .action((options: SimulateOptions) => run(cli, options));
}

async function run(cli: CommandLine, options: SimulateOptions): Promise<void> {
  const { send, close } = httpSender(tenantUrl('--base', options.base), options.token);
  const created = new Created(send);
  const watch = watchSimulation(cli.terminal, options.cycles, options.json === true);
  try {
    const report = await simulate(planOf(options), created.send, liveClock(), watch);
    watch.end();
    printOutcome(cli, options, reportJson(report), reportText(report, cli.terminal.interactive));
    if (options.clean === true) await clean(cli, options, created);
    complainOfFailures(report);
  } finally {
    watch.end();
    close();
  }
}

async function clean({ terminal }: CommandLine, { json }: SimulateOptions, created: Created): Promise<void> {
  const removed = await created.remove();
  if (json !== true) terminal.print(`Deleted the ${removed} users and groups that were left of this run.`);
}

function planOf({ users, groups, cycles, seed, dialect, faults = 0, rate, base }: SimulateOptions): SimulationPlan {
  return {
    users,
    groups,
    cycles,
    seed,
    dialect: dialect ?? (/[?&]aadoptscim062020/i.test(base) ? 'flag' : 'legacy'),
    faults: faults === true ? USUAL_FAULTS : faults,
    rate,
  };
}

/** @throws Error if something failed permanently, or the last cycle did not complete */
function complainOfFailures({ failures, quarantine, finished, stopped }: SimulationReport): void {
  if (quarantine !== undefined) throw new Error(`the provisioning job ended in quarantine: ${quarantine.reason}`);
  if (failures.length > 0) throw new Error(`failed permanently: ${failures.length}`);
  if (stopped !== undefined) throw new Error(`the last cycle could not be completed: ${stopped.message}`);
  if (!finished) throw new Error('the last cycle could not be completed');
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function share(text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

/** A watch whose `end` may be called more than once. */
interface EndingWatch extends SimulationWatch {
  end(): void;
}

/** Shows the progress of a simulation: a bar on a terminal, a line per cycle elsewhere, nothing with --json. */
function watchSimulation(terminal: Terminal, cycles: number, silent: boolean): EndingWatch {
  if (silent) return { request: () => undefined, cycle: () => undefined, end: () => undefined };
  return terminal.interactive ? bar(cycles) : lines(terminal);
}

function bar(cycles: number): EndingWatch {
  const progress = new SingleBar(
    { format: '{bar} cycle {value} of {total} · {requests} requests · {failures} failures', hideCursor: true },
    Presets.shades_classic,
  );
  let requests = 0;
  let played = 0;
  progress.start(cycles, 0, { requests, failures: 0 });
  return {
    request: () => {
      requests += 1;
      progress.update({ requests });
    },
    cycle: ({ failures }) => {
      played += 1;
      progress.setTotal(Math.max(cycles, played));
      progress.update(played, { failures });
    },
    end: () => {
      progress.stop();
    },
  };
}

function lines(terminal: Terminal): EndingWatch {
  let requests = 0;
  let played = 0;
  return {
    request: () => {
      requests += 1;
    },
    cycle: (cycle) => {
      played += 1;
      terminal.print(lineOf(cycle, played, requests));
    },
    end: () => undefined,
  };
}

function lineOf({ kind, tally, failures, stopped }: PlayedCycle, played: number, requests: number): string {
  const reason = stopped === undefined ? '' : `; stopped: ${stopped.message}`;
  return `cycle ${played} (${kind}): ${tally.objects} users and groups, ${failures} failures, ${requests} requests so far${reason}`;
}

/** How many failures are listed one by one. */
const SHOWN = 20;

/** The report as text: requests by purpose with their latencies in milliseconds, and what failed permanently. */
function reportText({ measured, failures, stopped }: SimulationReport, aligned: boolean): string {
  const headings = ['REQUEST', 'COUNT', 'ERRORS', 'P50 MS', 'P95 MS', 'MAX MS'];
  const requests = table(measured.map(measuredRow), headings, { aligned, none: 'No requests were sent.' });
  const shown = failures.slice(0, SHOWN).map(failureRow);
  const failed = table(shown, ['FAILED', 'OBJECT', 'ATTEMPTS', 'REASON', 'DETAIL'], {
    aligned,
    none: stopped === undefined ? 'Nothing failed permanently.' : `The last cycle was stopped: ${stopped.message}`,
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

/** The report as --json prints it; latencies in milliseconds. */
function reportJson({ measured, failures, quarantine, finished, stopped }: SimulationReport): JsonObject {
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
