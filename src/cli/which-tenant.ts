import type { Command } from 'commander';
import type { Tenant } from '../model/tenant.js';
import type { Tenancy } from '../tenants/tenants.js';
import { UsageError, type CommonOptions } from './command-line.js';

/** The options of a command that concerns one tenant. */
export interface TenantOptions extends CommonOptions {
  readonly tenant?: string;
}

/** Adds the option that names the tenant. */
export function withTenantOption(command: Command): Command {
  return command.option('--tenant <ID>', 'the tenant, by its id or its name');
}

/**
 * The tenant that a command names with --tenant or as its argument.
 * @throws UsageError if it names none or two, ScimError 404 if there is no such tenant
 */
export async function namedTenant(tenancy: Tenancy, options: TenantOptions, argument?: string): Promise<Tenant> {
  if (options.tenant !== undefined && argument !== undefined && options.tenant !== argument) {
    throw new UsageError('Name one tenant, by --tenant ID or as the argument.');
  }
  const named = options.tenant ?? argument;
  if (named === undefined) throw new UsageError('Name the tenant: --tenant ID.');
  return tenancy.findTenant(named);
}
