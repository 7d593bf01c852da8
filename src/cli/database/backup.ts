import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { backUp, restore, type CheckedCopy } from '../../storage/sql/backup.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { makeNewFile } from './new-file.js';

/** Adds `backup`, which copies a SQLite database while servers use it. */
export function addBackup(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'backup', 'copy the SQLite database to a new file while servers use it, and check the copy')
    .requiredOption('--to <FILE>', 'the file to be made; it must not exist')
    .addHelpText('after', ON_POSTGRES)
    .action(async (options: CommonOptions & { readonly to: string }) => {
      const { databaseUrl } = cli.config();
      const copied = await makeNewFile(options.to, (temporary) => backUp(databaseUrl, temporary));
      const { size } = await stat(options.to);
      const text = `Wrote and checked ${options.to}: ${contents(copied)}, ${size} bytes.`;
      printOutcome(cli, options, { file: options.to, bytes: size, ...copied }, text);
    });
}

/** Adds `restore`, which puts a backup in the place of a SQLite database that is not there. */
export function addRestore(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'restore', 'check a backup and make it the SQLite database, where there is none')
    .requiredOption('--from <FILE>', 'the backup; it stays as it is')
    .addHelpText('after', ON_POSTGRES)
    .action(async (options: CommonOptions & { readonly from: string }) => {
      const restored = await restore(cli.config().databaseUrl, options.from, makeNewFile);
      const text = `Restored ${contents(restored)} from ${options.from}. The database is up to date; start the server.`;
      printOutcome(cli, options, { file: options.from, ...restored }, text);
    });
}

const contents = ({ tenants, users, groups }: CheckedCopy): string =>
  `${tenants} tenants, ${users} users, ${groups} groups`;

const ON_POSTGRES = `
DATABASE_URL says which database it is. PostgreSQL has tools of its own: docs/operating.md, Backup.`;
