import { Option, type Command } from 'commander';
import { activityCsv, activityLines } from '../../activity/export.js';
import type { CommandLine } from '../command-line.js';
import { writeOut } from '../terminal.js';
import { addActivityCommand, onActivity, queryOf, withFilters, type FilterOptions } from './options.js';

interface ExportOptions extends FilterOptions {
  readonly format: 'csv' | 'ndjson';
  readonly output?: string;
}

/** Adds `activity export`, which writes all entries that fit to a file or to standard output. */
export function addActivityExport(parent: Command, cli: CommandLine): void {
  withFilters(addActivityCommand(parent, 'export', 'write entries as NDJSON or CSV'))
    .addOption(
      new Option('--format <FORMAT>', 'ndjson, or csv for a spreadsheet').choices(['ndjson', 'csv']).default('ndjson'),
    )
    .option('--output <FILE>', 'file to write to (default: standard output)')
    .action((options: ExportOptions) =>
      onActivity(cli, options, async ({ storage, tenant }) => {
        const write = options.format === 'csv' ? activityCsv : activityLines;
        await writeOut(cli.terminal, write(storage.activity, tenant.id, queryOf(options)), options.output);
      }),
    );
}
