import type { Command } from 'commander';
import { v7 as newId } from 'uuid';
import { alertJson } from '../../alerts/json.js';
import { testMessage } from '../../alerts/message.js';
import { watchNow } from '../../alerts/watch.js';
import { webhookSender } from '../../alerts/webhook.js';
import type { NamedAlert } from '../../storage/alerts/alert-store.js';
import type { Storage } from '../../storage/storage.js';
import { addCommand, printOutcome, Unwell, UsageError, type CommandLine, type CommonOptions } from '../command-line.js';
import { wholeNumberFrom } from '../sync/options.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { entryId } from '../activity/options.js';

/** Adds the commands about alerts. */
export function addAlert(program: Command, cli: CommandLine): void {
  const parent = program
    .command('alert')
    .description('show which companies have fallen silent, are refused, or have a token that is about to expire');
  for (const add of [addList, addCheck, addTest]) add(parent, cli);
}

interface ListOptions extends CommonOptions {
  readonly limit: number;
  readonly after?: string;
}

/** Adds `alert list`, which lists the open alerts. */
function addList(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'list', 'list the open alerts of all companies, the latest first')
    .option('--limit <NUMBER>', 'maximum number of alerts', wholeNumberFrom(1), 100)
    .option('--after <ALERT_ID>', 'only alerts before this one: the next of an earlier page', entryId)
    .action((options: ListOptions) =>
      onStorage(cli, async (storage) => {
        const found = await storage.alerts.list(options.after, options.limit + 1);
        const page = found.slice(0, options.limit);
        const next = found.length > options.limit ? page.at(-1)?.id : undefined;
        const more = next === undefined ? '' : `\nEarlier alerts: add --after ${next}`;
        const json = { alerts: page.map(alertJson), next: next ?? null };
        printOutcome(cli, options, json, alertTable(page, cli.terminal.interactive) + more);
      }),
    );
}

/** Adds `alert check`, which looks for alerts now, as the server does every five minutes. */
function addCheck(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'check', 'look for alerts of all companies now, as the server does about every five minutes')
    .addHelpText('after', NOTE)
    .action((options: CommonOptions) =>
      onStorage(cli, async (storage) => {
        const stop = new AbortController();
        void cli.terminal.stopRequested().then(() => {
          stop.abort();
        });
        const { refusalPercent } = cli.config().alerts;
        const parts = { storage, now: () => new Date(), newId: () => newId(), refusalPercent };
        const { opened, changed, ended } = await watchNow(parts, { signal: stop.signal });
        const { open } = await storage.alerts.counts();
        const text =
          `${opened} opened, ${changed} told anew, ${ended} ended. Open now: ${open.silent} silent, ` +
          `${open.refusals} refused, ${open['token-expires']} with a token that expires.`;
        printOutcome(cli, options, { opened, changed, ended, open: { ...open } }, text);
      }),
    );
}

const NOTE =
  '\nA company counts as silent only as far as a server has been listening. What is found is sent to the webhook by the server.';

/** Adds `alert test`, which sends one message to the webhook. */
function addTest(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'test',
    'send the webhook one message of the type alert.test, and say whether it accepted it',
  ).action(async (options: CommonOptions) => {
    const { alerts, publicUrl } = cli.config();
    if (alerts.webhook === undefined)
      throw new UsageError('Set ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET, as the server has them.');
    const send = webhookSender(alerts.webhook, { now: () => new Date() });
    const refused = await send(testMessage(newId(), publicUrl), new AbortController().signal);
    const reason = refused?.reason ?? null;
    printOutcome(cli, options, { ok: reason === null, reason }, reason ?? 'The webhook accepted the message.');
    if (reason !== null) throw new Unwell();
  });
}

function alertTable(alerts: readonly NamedAlert[], aligned: boolean): string {
  const rows = alerts.map(({ opened, tenantName, kind, sentence, toldAt, failure }) => [
    ...[opened, printable(tenantName), kind, sentence],
    failure === undefined ? (toldAt ?? '-') : `failed: ${printable(failure)}`,
  ]);
  const none = 'There is no open alert.';
  return table(rows, ['OPENED', 'COMPANY', 'KIND', 'WHAT IS THE MATTER', 'SENT'], { aligned, none });
}

async function onStorage(cli: CommandLine, work: (storage: Storage) => Promise<void>): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.storage);
  } finally {
    await services.close();
  }
}
