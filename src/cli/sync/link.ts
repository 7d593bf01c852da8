import type { Command } from 'commander';
import type { TrackedLine } from '../../model/line.js';
import { everyPage } from '../../sync/pages.js';
import { printOutcome, UsageError, type CommandLine } from '../command-line.js';
import { paintFor } from '../paint.js';
import { lineText } from './line-text.js';
import {
  agree,
  type YesOption,
  addSyncCommand,
  byOf,
  commandText,
  onTenant,
  withBy,
  withPlan,
  type PlanOptions,
  type SyncCall,
} from './options.js';

/** Adds `sync link`, which confirms links by the numbers of their lines, or asks about each on a terminal. */
export function addSyncLink(parent: Command, cli: CommandLine): void {
  const description = 'confirm, line by line, that an existing account of the backend belongs to the user';
  withBy(withPlan(addSyncCommand(parent, 'link [LINE...]', description)))
    .addHelpText(
      'after',
      '\nWithout LINE, the links that need confirmation are listed; on a terminal, you are asked about each.',
    )
    .option('--filter <EXPR>', 'confirm the links that fit, such as: name ew "@contoso.example"')
    .option('--yes', 'do not ask for confirmation')
    .action((lines: readonly string[], options: LinkOptions) =>
      onTenant(cli, options, (call) => {
        if (options.filter !== undefined) return confirmFitting(call, options.filter);
        return lines.length > 0 ? confirmNamed(call, lines) : confirmWaiting(call);
      }),
    );
}

interface LinkOptions extends PlanOptions, YesOption {
  readonly filter?: string;
}

async function confirmFitting({ cli, options, sync, tenant }: SyncCall<LinkOptions>, filter: string): Promise<void> {
  const { digest } = await sync.getPlan(tenant.id, options.plan);
  await agree(cli, options, 'Confirm that each of these accounts belongs to its user?');
  const confirmed = await sync.confirmLinks(tenant.id, options.plan, { digest, filter }, byOf(options));
  const text = confirmed === 1 ? '1 link is confirmed.' : `${confirmed} links are confirmed.`;
  printOutcome(cli, options, { planId: options.plan, confirmed }, text);
}

async function confirmNamed(call: SyncCall<PlanOptions>, lines: readonly string[]): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const numbers = lines.map(lineNumber);
  for (const number of numbers) await sync.confirmLink(tenant.id, options.plan, number, byOf(options));
  const text = numbers.length === 1 ? 'The link is confirmed.' : `${numbers.length} links are confirmed.`;
  printOutcome(cli, options, { planId: options.plan, confirmed: numbers }, text);
}

function lineNumber(text: string): number {
  if (!/^\d{1,9}$/u.test(text)) throw new UsageError(`LINE must be the number of a line; it is "${text}".`);
  return Number(text);
}

async function confirmWaiting(call: SyncCall<PlanOptions>): Promise<void> {
  const { cli, options } = call;
  const waiting: number[] = [];
  const confirmed: number[] = [];
  for await (const line of waitingLinks(call)) {
    waiting.push(line.number);
    if (options.json === true) continue;
    cli.terminal.print(lineText(line, paintFor(cli.terminal)));
    if (cli.terminal.interactive && (await sameAccount(call, line))) confirmed.push(line.number);
  }
  printOutcome(cli, options, { planId: options.plan, waiting }, summary(call, waiting, confirmed));
}

function summary(
  { cli, options, tenant }: SyncCall<PlanOptions>,
  waiting: readonly number[],
  confirmed: readonly number[],
): string {
  if (waiting.length === 0) return 'No link needs confirmation.';
  if (cli.terminal.interactive) return `Confirmed: ${confirmed.length} of ${waiting.length}.`;
  return `Confirm them: ${commandText('link', tenant, '--plan', options.plan, ...waiting.slice(0, 3).map(String))}${waiting.length > 3 ? ' …' : ''}`;
}

async function sameAccount(
  { cli, options, sync, tenant }: SyncCall<PlanOptions>,
  { number }: TrackedLine,
): Promise<boolean> {
  const answer = await cli.terminal.ask('Is it the same account? [y/N] ');
  if (!/^y(?:es)?$/iu.test(answer.trim())) return false;
  await sync.confirmLink(tenant.id, options.plan, number, byOf(options));
  return true;
}

async function* waitingLinks({ options, sync, tenant }: SyncCall<PlanOptions>): AsyncGenerator<TrackedLine> {
  await sync.getPlan(tenant.id, options.plan);
  const pages = everyPage(
    (after: number | undefined, limit) =>
      sync.lines(tenant.id, options.plan, { kinds: ['link'], after: after ?? 0, limit }),
    ({ number }) => number,
  );
  for await (const lines of pages) {
    yield* lines.filter(
      ({ needsConfirmation, confirmedBy }) => needsConfirmation === true && confirmedBy === undefined,
    );
  }
}
