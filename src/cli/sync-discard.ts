import type { Command } from 'commander';
import { printOutcome, type CommandLine } from './command-line.js';
import { addSyncCommand, byOf, onTenant, withBy, withPlan, type PlanOptions } from './sync-options.js';

export function addSyncDiscard(parent: Command, cli: CommandLine): void {
  withBy(withPlan(addSyncCommand(parent, 'discard', 'throw an open plan away'))).action((options: PlanOptions) =>
    onTenant(cli, options, async ({ sync, tenant }) => {
      await sync.discard(tenant.id, options.plan, byOf(options));
      const json = { planId: options.plan, discarded: true };
      printOutcome(cli, options, json, `The plan ${options.plan} is thrown away. Nothing of it reached the backend.`);
    }),
  );
}
