import type { Command } from 'commander';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { table } from '../table.js';

/** Adds `config check`, which prints the settings in effect and what is wrong with them. */
export function addConfigCheck(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'check', 'print the settings in effect, where each comes from, and what is wrong')
    .addHelpText('after', HELP)
    .action((options: CommonOptions) => {
      const { settings, problems } = cli.checkConfig();
      const rows = settings.map(({ name, value, source }) => [name, value ?? '-', source]);
      const shown = table(rows, ['SETTING', 'VALUE', 'FROM'], { aligned: cli.terminal.interactive, none: '' });
      const json = { valid: problems.length === 0, settings: settings.map((setting) => ({ ...setting })), problems };
      printOutcome(cli, options, json, shown);
      if (problems.length > 0) throw new Error(problems.join('\n'));
    });
}

const HELP = `
Secrets and passwords are masked. Ends with status 1 if a setting cannot be read; the server would not start with it.`;
