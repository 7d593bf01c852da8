import type { Command } from 'commander';
import type { Plan } from '../storage/sync-model.js';
import { plannedJson } from '../sync/json/plan-json.js';
import type { StartedRun } from '../sync/synchronisation.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { paintFor } from './paint.js';
import { follow } from './sync-follow.js';
import { addSyncCommand, byOf, onTenant, withBy, type ActingOptions, type SyncCall } from './sync-options.js';
import { nextSteps, planText } from './sync-plan-text.js';

export function addSyncPlan(parent: Command, cli: CommandLine): void {
  const description = 'make a plan: what differs between the staging directory and the backend; nothing is sent yet';
  withBy(addSyncCommand(parent, 'plan', description)).action((options: ActingOptions) =>
    onTenant(cli, options, async (call) => {
      const made = await call.sync.plan(call.tenant.id, byOf(options));
      if (made.started === undefined) announce(call, made.plan);
      else await applyAtOnce(call, made.plan, made.started);
    }),
  );
}

function announce({ cli, options, tenant }: SyncCall<ActingOptions>, plan: Plan): void {
  const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
  printOutcome(cli, options, plannedJson(plan), `${text}\n\n${nextSteps(plan, tenant)}`);
}

/** The policy approved the plan: what was planned is printed, and the process stays until it is applied. */
async function applyAtOnce(call: SyncCall<ActingOptions>, plan: Plan, started: StartedRun): Promise<void> {
  const { cli, options } = call;
  const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
  const approved = "The tenant's policy approves it without a review, and it is being applied.";
  printOutcome(cli, options, plannedJson(plan, started.run.id), `${text}\n\n${approved}`);
  await follow(call, () => Promise.resolve(started), { json: () => undefined, ends: 'finished' });
}
