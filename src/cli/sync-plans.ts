import type { Command } from 'commander';
import type { Plan } from '../storage/sync-model.js';
import { planJson } from '../sync/json/plan-json.js';
import { readPage } from '../sync/pages.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { printable } from './printable.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom } from './sync-options.js';
import { deliverable } from './sync-plan-text.js';
import { table } from './table.js';
import type { TenantOptions } from './which-tenant.js';

interface PlansOptions extends TenantOptions {
  readonly limit: number;
  readonly before?: string;
}

export function addSyncPlans(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'plans', 'list the plans of a tenant, the latest first')
    .option('--limit <NUMBER>', 'how many at most', wholeNumberFrom(1), 20)
    .option('--before <PLAN_ID>', 'those that are older than this one')
    .action((options: PlansOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const { limit, before } = options;
        const { items, next = null } = await readPage(
          (most) => sync.plans(tenant.id, { limit: most, ...(before === undefined ? {} : { before }) }),
          limit,
          ({ id }) => id,
        );
        const none = `There are no plans. Make one: ${commandText('plan', tenant)}`;
        const more = next === null ? '' : `\nOlder ones: ${commandText('plans', tenant, '--before', next)}`;
        const text = table(items.map(planRow), HEADINGS, { aligned: cli.terminal.interactive, none });
        printOutcome(cli, options, { plans: items.map(planJson), next }, text + more);
      }),
    );
}

const HEADINGS = ['PLAN ID', 'STATE', 'MADE', 'BY', 'TO DO', 'CONFLICTS', 'HELD', 'UNDOES'];

function planRow(plan: Plan): readonly string[] {
  const { accounts, groups } = plan.counts;
  return [
    plan.id,
    plan.state,
    plan.created,
    printable(plan.by),
    String(deliverable(plan)),
    String(accounts.conflict + groups.conflict),
    String(accounts.held + groups.held),
    plan.undoes ?? '-',
  ];
}
