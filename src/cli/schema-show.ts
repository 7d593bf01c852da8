import type { Command } from 'commander';
import { customSchemaJson } from '../protocol/custom-schema/definition.js';
import { registeredSchemaJson } from '../provisioning/schema-json.js';
import { addCommand, printOutcome, withSchemas, type CommandLine } from './command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

export function addSchemaShow(parent: Command, cli: CommandLine): void {
  const description = 'print the definition of an extension schema, in the form that schema register takes';
  withTenantOption(addCommand(parent, 'show <URN>', description)).action((urn: string, options: TenantOptions) =>
    withSchemas(cli, async (schemas, tenancy) => {
      const registered = await schemas.get((await namedTenant(tenancy, options)).id, urn);
      const definition = JSON.stringify(customSchemaJson(registered.schema), undefined, 2);
      printOutcome(cli, options, registeredSchemaJson(registered), definition);
    }),
  );
}
