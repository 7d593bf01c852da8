import type { Command } from 'commander';
import type { RunningServer, Services } from '../compose.js';
import type { CheckedConfig, Config } from '../config.js';
import type { JsonObject } from '../protocol/json.js';
import type { SchemaRegistry } from '../provisioning/schemas/registry.js';
import type { Synchronization } from '../sync/synchronization.js';
import type { Tenancy } from '../tenants/tenants.js';
import type { Terminal } from './terminal.js';

/** What every command works with. */
export interface CommandLine {
  readonly terminal: Terminal;
  /** The version of the program, from package.json. */
  readonly version: string;
  /** @throws UsageError that names an environment variable with an invalid value. */
  readonly config: () => Config;
  readonly checkConfig: () => CheckedConfig;
  /** Opens the database; creates a missing file of SQLite only where told to. */
  readonly openServices: (
    config: Config,
    create?: boolean,
  ) => Promise<Pick<Services, 'storage' | 'tenancy' | 'schemas' | 'synchronization' | 'adminTokens' | 'close'>>;
  readonly startServer: (config: Config) => Promise<RunningServer>;
}

/** An invalid command line: exit status 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A doctor found something and has printed it: exit status 1, with nothing more to say. */
export class Unwell extends Error {
  constructor() {
    super('The doctor found something.');
    this.name = 'Unwell';
  }
}

/** SIGINT or SIGTERM ended a command before its work was done: exit status 130. */
export class Stopped extends Error {
  constructor(
    message = 'Stopped before the command had ended. Nothing was sent to the backend. Run it again to go on.',
  ) {
    super(message);
    this.name = 'Stopped';
  }
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: true;
}

/** Adds a command to its parent, with the options that every command has. */
export function addCommand(parent: Command, nameAndArguments: string, description: string): Command {
  return parent.command(nameAndArguments).description(description).option('--json', 'print JSON, for scripts');
}

/**
 * Opens the database, bringing it up to date if needed, does the work, and closes it.
 * @param create whether a missing file of SQLite is created
 * @throws Error if the file is missing otherwise
 */
export async function withTenancy(
  cli: CommandLine,
  work: (tenancy: Tenancy) => Promise<void>,
  create = false,
): Promise<void> {
  const services = await cli.openServices(cli.config(), create);
  try {
    await work(services.tenancy);
  } finally {
    await services.close();
  }
}

/** Like {@link withTenancy}, with the use cases of custom schemas. */
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

/** Like {@link withTenancy}, with the use cases of the review-and-apply workflow. */
export async function withSync(
  cli: CommandLine,
  work: (sync: Synchronization, tenancy: Tenancy) => Promise<void>,
): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.synchronization, services.tenancy);
  } finally {
    await services.close();
  }
}

/** Prints the outcome of a command: JSON on one line with --json, otherwise the text. */
export function printOutcome({ terminal }: CommandLine, options: CommonOptions, json: JsonObject, text: string): void {
  terminal.print(options.json === true ? JSON.stringify(json) : text);
}
