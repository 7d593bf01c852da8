import { InvalidArgumentError, Option, type Command } from 'commander';
import { liveClock } from '../entra-client/simulator/clock.js';
import { httpSender } from '../entra-client/simulator/http-send.js';
import { REQUIRED_RATE } from '../entra-client/simulator/pace.js';
import type { Dialect } from '../entra-client/simulator/settings.js';
import { simulate, type SimulationPlan, type SimulationReport } from '../entra-client/simulator/simulation.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from './command-line.js';
import { watchSimulation } from './simulate-progress.js';
import { reportJson, reportText } from './simulate-report.js';
import { tenantUrl } from './tenant-url.js';

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
}

/** The share of requests that meet a fault unless told otherwise. */
const USUAL_FAULTS = 0.02;

export function addSimulate(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'simulate', "play Entra's provisioning service with an invented company against a SCIM server")
    .requiredOption('--base <URL>', 'the Tenant URL')
    .requiredOption('--token <TOKEN>', 'the Secret Token')
    .option('--users <NUMBER>', 'users of the company at the start', wholeNumber, 100)
    .option('--groups <NUMBER>', 'groups of the company at the start', wholeNumber, 10)
    .option('--cycles <NUMBER>', 'provisioning cycles', wholeNumber, 5)
    .option('--seed <NUMBER>', 'the same seed makes the same company and the same changes', wholeNumber, 1)
    .addOption(
      new Option('--dialect <DIALECT>', 'flag: as with aadOptscim062020, which --base may have').choices([
        'legacy',
        'flag',
      ]),
    )
    .option('--faults [SHARE]', `let a share of the requests meet a fault (${USUAL_FAULTS} unless given)`, share)
    .option('--rate <NUMBER>', `requests a second at most; Microsoft asks for ${REQUIRED_RATE}`, positive)
    .action((options: SimulateOptions) => run(cli, options));
}

async function run(cli: CommandLine, options: SimulateOptions): Promise<void> {
  const { send, close } = httpSender(tenantUrl('--base', options.base), options.token);
  const watch = watchSimulation(cli.terminal, options.cycles, options.json === true);
  try {
    const report = await simulate(planOf(options), send, liveClock(), watch);
    watch.end();
    printOutcome(cli, options, reportJson(report), reportText(report, cli.terminal.interactive));
    complainOfFailures(report);
  } finally {
    watch.end();
    close();
  }
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

/** @throws Error where something failed for good */
function complainOfFailures({ failures, quarantine, finished, stopped }: SimulationReport): void {
  if (quarantine !== undefined) throw new Error(`the provisioning job ended in quarantine: ${quarantine.reason}`);
  if (failures.length > 0) throw new Error(`failed for good: ${failures.length}`);
  if (stopped !== undefined) throw new Error(`the last cycle could not be ended: ${stopped.message}`);
  if (!finished) throw new Error('the last cycle could not be ended');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be a whole number.');
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It has to be a number above 0.');
}

function share(text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('It has to be a number from 0 to 1.');
}
