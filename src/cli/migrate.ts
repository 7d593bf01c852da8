import type { Command } from 'commander';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from './command-line.js';

/** Adds `migrate`, which creates the database or brings its schema up to date. */
export function addMigrate(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'migrate', 'create the database or bring it up to date').action(async (options: CommonOptions) => {
    const services = await cli.openServices(cli.config(), true);
    try {
      await services.storage.migrate();
    } finally {
      await services.close();
    }
    printOutcome(cli, options, { migrated: true }, 'The database is up to date.');
  });
}
