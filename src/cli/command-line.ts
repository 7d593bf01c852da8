import type { Command } from 'commander';
import type { Config } from '../config.js';
import type { RunningServer, Services } from '../compose.js';
import type { JsonObject } from '../protocol/json.js';
import type { SchemaRegistry } from '../provisioning/schemas/registry.js';
import type { Synchronisation } from '../sync/synchronisation.js';
import type { Tenancy } from '../tenants/tenants.js';
import type { Terminal } from './terminal.js';

/** What the commands have at hand. */
export interface CommandLine {
  readonly terminal: Terminal;
  /** @throws UsageError for an environment variable that cannot be used. */
  readonly config: () => Config;
  readonly openServices: (
    config: Config,
  ) => Promise<Pick<Services, 'storage' | 'tenancy' | 'schemas' | 'synchronisation' | 'close'>>;
  readonly startServer: (config: Config) => Promise<RunningServer>;
}

/** A command that was called in a way that it does not work: exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: true;
}

/** Adds a command to its parent, with the options that every command has. */
export function addCommand(parent: Command, nameAndArguments: string, description: string): Command {
  return parent.command(nameAndArguments).description(description).option('--json', 'print JSON, for programs');
}

/** Opens the database, which is created or brought up to date where needed, for one piece of work. */
export async function withTenancy(cli: CommandLine, work: (tenancy: Tenancy) => Promise<void>): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.tenancy);
  } finally {
    await services.close();
  }
}

/** As withTenancy, with the use cases of tenants' own schemas as well. */
export async function withSchemas(
  cli: CommandLine,
  work: (schemas: SchemaRegistry, tenancy: Tenancy) => Promise<void>,
): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.schemas, services.tenancy);
  } finally {
    await services.close();
  }
}

/** As withTenancy, with the use cases of the manual step as well. */
export async function withSync(
  cli: CommandLine,
  work: (sync: Synchronisation, tenancy: Tenancy) => Promise<void>,
): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.synchronisation, services.tenancy);
  } finally {
    await services.close();
  }
}

/** Prints the outcome of a command, as JSON on one line or as text for people. */
export function printOutcome({ terminal }: CommandLine, options: CommonOptions, json: JsonObject, text: string): void {
  terminal.print(options.json === true ? JSON.stringify(json) : text);
}
