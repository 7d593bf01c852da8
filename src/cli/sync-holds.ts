import type { Command } from 'commander';
import type { Hold, HoldTarget } from '../storage/sync-model.js';
import { holdJson } from '../sync/json/hold-json.js';
import { everyPage } from '../sync/pages.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { printable } from './printable.js';
import { addSyncCommand, commandText, onTenant, type SyncCall } from './sync-options.js';
import { table } from './table.js';
import type { TenantOptions } from './which-tenant.js';

export function addSyncHolds(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'holds', 'list what is held, by whom and why').action((options: TenantOptions) =>
    onTenant(cli, options, async (call) => {
      const holds = await allHolds(call);
      const none = `Nothing is held. Hold an account: ${commandText('hold', call.tenant, 'NAME_OR_ID', '--reason TEXT')}`;
      const text = table(holds.map(holdRow), HEADINGS, { aligned: cli.terminal.interactive, none });
      printOutcome(cli, options, { holds: holds.map(holdJson) }, text);
    }),
  );
}

/** What is held was held by people, one by one, or by an undone run. */
async function allHolds({ sync, tenant }: SyncCall<TenantOptions>): Promise<readonly Hold[]> {
  const pages = everyPage(
    (after: HoldTarget | undefined, limit) =>
      sync.holds(tenant.id, { limit, ...(after === undefined ? {} : { after }) }),
    (hold): HoldTarget => hold,
  );
  const all: Hold[] = [];
  for await (const holds of pages) all.push(...holds);
  return all;
}

const HEADINGS = ['HELD', 'ID', 'MEMBER', 'BY', 'SINCE', 'WHY'];

const holdRow = ({ subject, resourceId, memberId, by, at, reason }: Hold): readonly string[] => [
  subject,
  resourceId,
  memberId ?? '-',
  printable(by),
  at,
  printable(reason),
];
