import type { Command } from 'commander';
import { plannedJson } from '../../sync/json.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { paintFor } from '../paint.js';
import { addSyncCommand, byOf, onTenant, withBy, type ActingOptions } from './options.js';
import { nextSteps, planText } from './plan-text.js';

interface UndoOptions extends ActingOptions {
  readonly run: string;
}

/** Adds `sync undo`, which makes a plan that undoes a run. */
export function addSyncUndo(parent: Command, cli: CommandLine): void {
  const description = 'make a plan that undoes what a run applied; review and apply it like any other';
  withBy(addSyncCommand(parent, 'undo', description))
    .requiredOption('--run <RUN_ID>', 'the run, by its id')
    .action((options: UndoOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const plan = await sync.undo(tenant.id, options.run, byOf(options));
        const text = planText(plan, { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive });
        printOutcome(
          cli,
          options,
          plannedJson(plan),
          `${text}\n\n${nextSteps(plan, tenant, (await sync.policy(tenant.id)).policy)}`,
        );
      }),
    );
}
