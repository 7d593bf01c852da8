import type { Command } from 'commander';
import type { Plan } from '../../model/plan.js';
import type { KnownPlan } from '../../sync/history/stale.js';
import { plannedJson, planJson } from '../../sync/json.js';
import { readPage } from '../../sync/pages.js';
import type { StartedRun } from '../../sync/synchronization.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { paintFor } from '../paint.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { follow } from './follow.js';
import {
  agree,
  type YesOption,
  addSyncCommand,
  byOf,
  onTenant,
  withBy,
  type ActingOptions,
  type SyncCall,
  withPlan,
  type PlanOptions,
  commandText,
  wholeNumberFrom,
} from './options.js';
import { nextSteps, planText, deliverable } from './plan-text.js';

/** Adds `sync plan`, which makes a plan, and applies it if the policy approves it without a review. */
export function addSyncPlan(parent: Command, cli: CommandLine): void {
  const description = 'make a plan: the differences between the staging directory and the backend; nothing is sent yet';
  withBy(addSyncCommand(parent, 'plan', description)).action((options: ActingOptions) =>
    onTenant(cli, options, async (call) => {
      const made = await call.sync.plan(call.tenant.id, byOf(options));
      if (made.started === undefined) await announce(call, made.plan);
      else await applyAtOnce(call, made.plan, made.started);
    }),
  );
}

async function announce({ cli, options, sync, tenant }: SyncCall<ActingOptions>, plan: Plan): Promise<void> {
  const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
  printOutcome(
    cli,
    options,
    plannedJson(plan),
    `${text}\n\n${nextSteps(plan, tenant, (await sync.policy(tenant.id)).policy)}`,
  );
}

/** Prints a plan that the policy approved, and follows its run until it has ended. */
async function applyAtOnce(call: SyncCall<ActingOptions>, plan: Plan, started: StartedRun): Promise<void> {
  const { cli, options } = call;
  const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
  const approved = "The tenant's policy approves it without a review; it is being applied.";
  printOutcome(cli, options, plannedJson(plan, started.run.id), `${text}\n\n${approved}`);
  await follow(call, () => Promise.resolve(started), { json: () => undefined, ends: 'finished' });
}

/** Adds `sync discard`, which discards an open plan. */
export function addSyncDiscard(parent: Command, cli: CommandLine): void {
  const command = withBy(withPlan(addSyncCommand(parent, 'discard', 'discard an open plan')));
  command.option('--yes', 'do not ask for confirmation').action((options: PlanOptions & YesOption) =>
    onTenant(cli, options, async ({ sync, tenant }) => {
      const plan = await sync.getPlan(tenant.id, options.plan);
      await agree(cli, options, `Discard the plan of ${plan.created} with ${deliverable(plan)} changes?`);
      await sync.discard(tenant.id, options.plan, byOf(options));
      const json = { planId: options.plan, discarded: true };
      printOutcome(cli, options, json, `The plan ${options.plan} is discarded. None of it was applied.`);
    }),
  );
}

interface PlansOptions extends TenantOptions {
  readonly limit: number;
  readonly before?: string;
}

/** Adds `sync plans`, which lists the plans of a tenant. */
export function addSyncPlans(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'plans', 'list the plans of a tenant, latest first')
    .option('--limit <NUMBER>', 'maximum number of plans', wholeNumberFrom(1), 20)
    .option('--before <PLAN_ID>', 'only plans older than this one')
    .action((options: PlansOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const { limit, before } = options;
        const { items, next = null } = await readPage(
          (most) => sync.plans(tenant.id, { limit: most, ...(before === undefined ? {} : { before }) }),
          limit,
          ({ id }) => id,
        );
        const none = `There are no plans. Make one: ${commandText('plan', tenant)}`;
        const more = next === null ? '' : `\nOlder plans: ${commandText('plans', tenant, '--before', next)}`;
        const text = table(items.map(planRow), HEADINGS, { aligned: cli.terminal.interactive, none });
        printOutcome(cli, options, { plans: items.map(planJson), next }, text + more);
      }),
    );
}

const HEADINGS = ['PLAN ID', 'STATE', 'MADE', 'BY', 'TO DO', 'CONFLICTS', 'HELD', 'UNDOES'];

function planRow(plan: KnownPlan): readonly string[] {
  const { accounts, groups } = plan.counts;
  return [
    plan.id,
    plan.overtakenBy === undefined ? plan.state + (plan.shrunk === undefined ? '' : ', shrunk') : 'open, stale',
    plan.created,
    printable(plan.by),
    String(deliverable(plan)),
    String(accounts.conflict + groups.conflict),
    String(accounts.held + groups.held + (plan.counts.memberships.held ?? 0)),
    plan.undoes ?? '-',
  ];
}
