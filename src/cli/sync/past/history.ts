import type { Command } from 'commander';
import type { HistoryEntry } from '../../../sync/history/history.js';
import { wordsIn } from '../../../sync/history/words.js';
import { historyJson } from '../../../sync/json.js';
import { readPage } from '../../../sync/pages.js';
import { forgottenSentence } from '../../../sync/retention/shrunk.js';
import { printOutcome, type CommandLine } from '../../command-line.js';
import { paintFor, type Paint } from '../../paint.js';
import { printable } from '../../terminal.js';
import type { TenantOptions } from '../../which-tenant.js';
import { lineText } from '../line-text.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom } from '../options.js';

interface HistoryOptions extends TenantOptions {
  readonly limit: number;
  readonly before?: string;
}

/** Adds `sync history`, which shows the history of an account or a group. */
export function addSyncHistory(parent: Command, cli: CommandLine): void {
  const description = "show the history of a person's account or a group: plans, runs and holds, latest first";
  addSyncCommand(parent, 'history <NAME_OR_ID>', description)
    .option('--limit <NUMBER>', 'maximum number of entries', wholeNumberFrom(1), 50)
    .option('--before <ENTRY_ID>', 'only entries before this one')
    .addHelpText('after', '\nName a user by userName or id, a group by id, and who is gone by id.')
    .action((named: string, options: HistoryOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const { limit, before } = options;
        const { items, next = null } = await readPage(
          (most) => sync.history(tenant.id, named, { limit: most, ...(before === undefined ? {} : { before }) }),
          limit,
          ({ id }) => id,
        );
        const forgotten = next === null ? forgottenSentence(await sync.latestShrunk(tenant.id)) : undefined;
        const paint = paintFor(cli.terminal);
        const text =
          items.length === 0
            ? 'No plan has had a line about it.'
            : items.map((one) => entryText(one, paint)).join('\n');
        const older = commandText('history', tenant, quoted(named), '--before', next ?? '');
        printOutcome(
          cli,
          options,
          { entries: items.map(historyJson), next, ...(forgotten === undefined ? {} : { forgotten }) },
          next === null ? [text, forgotten].filter(Boolean).join('\n\n') : `${text}\n\nEarlier: ${older}`,
        );
      }),
    );
}

const quoted = (name: string): string => (/^[\w.@-]+$/u.test(name) ? name : JSON.stringify(name));

function entryText({ at, by, action, planId, runId, detail, line }: HistoryEntry, paint: Paint): string {
  if (line !== undefined) {
    const head = `${at}  ${paint('bold', 'planned')} by ${printable(by)}, plan ${planId ?? ''}`;
    return `${head}\n${lineText(line, paint)}`;
  }
  const what = wordsIn(detail);
  const where = runId === undefined ? (planId === undefined ? '' : `, plan ${planId}`) : `, run ${runId}`;
  const more = what === '' ? '' : `: ${printable(what)}`;
  return `${at}  ${paint('bold', action)} by ${printable(by)}${where}${more}`;
}
