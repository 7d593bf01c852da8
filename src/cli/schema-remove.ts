import type { Command } from 'commander';
import { addCommand, printOutcome, withSchemas, type CommandLine } from './command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

export function addSchemaRemove(parent: Command, cli: CommandLine): void {
  const description = 'remove an extension schema of a tenant that no resource has values of';
  withTenantOption(addCommand(parent, 'remove <URN>', description)).action((urn: string, options: TenantOptions) =>
    withSchemas(cli, async (schemas, tenancy) => {
      const { id } = await schemas.remove((await namedTenant(tenancy, options)).id, urn);
      printOutcome(cli, options, { id, removed: true }, `Removed the schema ${id}.`);
    }),
  );
}
