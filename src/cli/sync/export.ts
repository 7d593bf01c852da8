import { Option, type Command } from 'commander';
import type { CommandLine } from '../command-line.js';
import { writeOut } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addSyncCommand, onTenant, withPlan } from './options.js';

interface ExportOptions extends TenantOptions {
  readonly plan: string;
  readonly format: 'csv' | 'json';
  readonly output?: string;
}

/** Adds `sync export`, which writes all lines of a plan to a file or to standard output. */
export function addSyncExport(parent: Command, cli: CommandLine): void {
  withPlan(addSyncCommand(parent, 'export', 'write a whole plan as CSV or JSON'))
    .addOption(new Option('--format <FORMAT>', 'csv, or json like --json').choices(['csv', 'json']).default('csv'))
    .option('--output <FILE>', 'file to write to (default: standard output)')
    .action((options: ExportOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        await sync.getPlan(tenant.id, options.plan);
        const format = options.json === true ? 'json' : options.format;
        await writeOut(cli.terminal, sync.exportPlan(tenant.id, options.plan, format), options.output);
      }),
    );
}
