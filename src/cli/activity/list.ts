import type { Command } from 'commander';
import { activityJson } from '../../activity/json.js';
import type { ActivityEntry } from '../../model/activity/entry.js';
import { notFound } from '../../protocol/scim-error.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { wholeNumberFrom } from '../sync/options.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addActivityCommand, entryId, onActivity, queryOf, withFilters, type FilterOptions } from './options.js';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly after?: string;
}

/** Adds `activity list`, which lists what was asked for a tenant, the latest first. */
export function addActivityList(parent: Command, cli: CommandLine): void {
  withFilters(addActivityCommand(parent, 'list', 'list what Entra asked for and what was answered, the latest first'))
    .option('--limit <NUMBER>', 'maximum number of entries', wholeNumberFrom(1), 50)
    .option('--after <ENTRY_ID>', 'only entries before this one: the next of an earlier page', entryId)
    .action((options: ListOptions) =>
      onActivity(cli, options, async ({ storage, tenant }) => {
        const { limit, after } = options;
        const page = await storage.activity.page(tenant.id, { ...queryOf(options), limit, after });
        const more = page.next === undefined ? '' : `\nEarlier entries: add --after ${page.next}`;
        const json = { entries: page.entries.map(activityJson), next: page.next ?? null };
        printOutcome(cli, options, json, activityTable(page.entries, cli.terminal.interactive) + more);
      }),
    );
}

/** Adds `activity show`, which shows all that is kept of a request. */
export function addActivityShow(parent: Command, cli: CommandLine): void {
  addActivityCommand(parent, 'show <ENTRY_OR_REQUEST_ID>', 'show all that is kept of a request').action(
    (id: string, options: TenantOptions) =>
      onActivity(cli, options, async ({ storage, tenant }) => {
        const { entries } = await storage.activity.page(tenant.id, { requestId: id, limit: 1 });
        const entry = entries[0] ?? (await storage.activity.find(tenant.id, id));
        if (entry === undefined) throw notFound('The tenant has no entry or request with that id.');
        const json = activityJson(entry);
        const lines = Object.entries(json).flatMap(([name, value]) =>
          value === null || (Array.isArray(value) && value.length === 0)
            ? []
            : [`${name}: ${printable(Array.isArray(value) ? value.join(', ') : String(value))}`],
        );
        printOutcome(cli, options, json, lines.join('\n'));
      }),
  );
}

const HEADINGS = ['AT', 'OPERATION', 'SUBJECT', 'OUTCOME', 'STATUS', 'DETAIL'];

function activityTable(entries: readonly ActivityEntry[], aligned: boolean): string {
  return table(entries.map(activityRow), HEADINGS, { aligned, none: 'No entry matches.' });
}

/** An entry as the cells of a row. */
export const activityRow = (entry: ActivityEntry): readonly string[] => [
  entry.at,
  entry.operation,
  printable(entry.subject ?? entry.resourceId ?? '-'),
  entry.count > 1 ? `${entry.outcome} ×${entry.count}` : entry.outcome,
  String(entry.status),
  printable(entry.detail ?? entry.changed.join(', ')),
];
