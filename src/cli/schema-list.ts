import type { Command } from 'commander';
import { registeredSchemaJson } from '../provisioning/schema-json.js';
import type { RegisteredSchema } from '../provisioning/schema-registry.js';
import { addCommand, printOutcome, withSchemas, type CommandLine } from './command-line.js';
import { table } from './table.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

export function addSchemaList(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'list', 'list the extension schemas that a tenant has of its own')).action(
    (options: TenantOptions) =>
      withSchemas(cli, async (schemas, tenancy) => {
        const all = await schemas.list((await namedTenant(tenancy, options)).id);
        const text = schemaTable(all, cli.terminal.interactive);
        printOutcome(cli, options, { schemas: all.map(registeredSchemaJson) }, text);
      }),
  );
}

function schemaTable(schemas: readonly RegisteredSchema[], aligned: boolean): string {
  const rows = schemas.map(({ schema, state, resources }) => [
    schema.id,
    schema.resourceType,
    state,
    String(schema.attributes.length),
    String(resources),
  ]);
  const none = 'The tenant has no schemas of its own. Register one: flexwhere-scim schema register --tenant ID FILE';
  return table(rows, ['URN', 'EXTENDS', 'STATE', 'ATTRIBUTES', 'RESOURCES'], { aligned, none });
}
