import type { Command } from 'commander';
import { customSchemaJson } from '../../protocol/custom-schema/definition.js';
import { registeredSchemaJson } from '../../provisioning/schemas/registry.js';
import type { RegisteredSchema } from '../../provisioning/schemas/registry.js';
import { addCommand, printOutcome, withSchemas, type CommandLine } from '../command-line.js';
import { agree, withYes, type YesOption } from '../sync/options.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** Adds `schema list`, which lists the extension schemas of a tenant and how many resources use each. */
export function addSchemaList(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'list', 'list the custom extension schemas of a tenant')).action(
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
  const none = 'The tenant has no custom schemas. Register one: flexwhere-scim schema register --tenant ID FILE';
  return table(rows, ['URN', 'EXTENDS', 'STATE', 'ATTRIBUTES', 'RESOURCES'], { aligned, none });
}

/** Adds `schema show`, which prints the definition of an extension schema as `schema register` takes it. */
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

/** Adds `schema remove`, which removes an extension schema that no resource uses. */
export function addSchemaRemove(parent: Command, cli: CommandLine): void {
  const description = 'remove an extension schema of a tenant that no resource uses';
  withYes(withTenantOption(addCommand(parent, 'remove <URN>', description))).action(
    (urn: string, options: TenantOptions & YesOption) =>
      withSchemas(cli, async (schemas, tenancy) => {
        const tenant = await namedTenant(tenancy, options);
        await agree(cli, options, `Remove the schema ${printable(urn)} of ${printable(tenant.name)}?`);
        const { id } = await schemas.remove(tenant.id, urn);
        printOutcome(cli, options, { id, removed: true }, `Removed the schema ${id}.`);
      }),
  );
}
