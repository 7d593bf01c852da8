import { SingleBar, Presets } from 'cli-progress';
import type { Command } from 'commander';
import { v7 as newId } from 'uuid';
import { scopeOf } from '../provisioning/scope.js';
import { seedTenant } from '../provisioning/seed/seed-tenant.js';
import type { Tenant } from '../model/tenant.js';
import { addCommand, printOutcome, UsageError, type CommandLine } from './command-line.js';
import type { Terminal } from './terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';
import { wholeNumber } from './whole-number.js';

interface SeedOptions extends TenantOptions {
  readonly users: number;
  readonly groups: number;
  readonly members: number;
  readonly seed: number;
  readonly add?: true;
}

/** The most users that have numbers of their own. */
const MOST_USERS = 9_999_999;

/** Adds `seed`, which fills a tenant with invented users and groups. */
export function addSeed(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'seed', 'fill a tenant with invented users and groups, to measure and to try it'))
    .option('--users <NUMBER>', 'how many users', wholeNumber, 1_000)
    .option('--groups <NUMBER>', 'how many groups', wholeNumber, 0)
    .option('--members <NUMBER>', 'how many users each group has as members', wholeNumber, 0)
    .option('--seed <NUMBER>', 'the same seed makes the same people', wholeNumber, 1)
    .option('--add', 'add to a tenant that has users or groups, such as one whose seeding was interrupted')
    .addHelpText('after', HELP)
    .action((options: SeedOptions) => run(cli, options));
}

const HELP = `
Users and groups are stored as if they had been created through SCIM, straight into the database; a server may run meanwhile.
After an interruption, what was stored stays: count the users, and add the others with --add.`;

async function run(cli: CommandLine, options: SeedOptions): Promise<void> {
  checkOptions(options);
  const services = await cli.openServices(cli.config());
  const bar = progressBar(cli.terminal, options);
  try {
    const tenant = await namedTenant(services.tenancy, options);
    const began = performance.now();
    const seeding = { storage: services.storage, now: () => new Date(), newId: () => newId() };
    const plan = { ...options, add: options.add === true };
    await seedTenant(seeding, scopeOf(tenant), plan, bar.update);
    bar.stop();
    report(cli, options, tenant, (performance.now() - began) / 1_000);
  } finally {
    bar.stop();
    await services.close();
  }
}

function checkOptions({ users, groups, members }: SeedOptions): void {
  if (users > MOST_USERS) throw new UsageError(`--users must be at most ${MOST_USERS}.`);
  if (groups > 0 && members > users) {
    throw new UsageError('The members of the groups are among the new users: --members cannot be more than --users.');
  }
}

/** A bar on a terminal, nothing elsewhere. */
function progressBar(terminal: Terminal, { users, groups, members, json }: SeedOptions) {
  if (!terminal.interactive || json === true) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: '{bar} {value} of {total} stored', hideCursor: true }, Presets.shades_classic);
  bar.start(users + groups + groups * members, 0);
  return {
    update: (stored: number) => {
      bar.update(stored);
    },
    stop: () => {
      bar.stop();
    },
  };
}

function report(cli: CommandLine, options: SeedOptions, { id, name }: Tenant, seconds: number): void {
  const { users, groups, members, seed } = options;
  const json = { tenantId: id, users, groups, members, seed, seconds: Number(seconds.toFixed(3)) };
  const rate = Math.round((users + groups + groups * members) / seconds);
  const added = `${users} users and ${groups} groups of ${members} members`;
  printOutcome(
    cli,
    options,
    json,
    `Added ${added} to the tenant ${name} in ${seconds.toFixed(1)} s, ${rate} a second.`,
  );
}
