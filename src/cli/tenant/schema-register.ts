import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { offenderJson, SchemaRefused, type OffenderJson } from '../../provisioning/schemas/refused.js';
import { registrationJson, type RegistrationJson } from '../../provisioning/schemas/registry.js';
import { addCommand, printOutcome, UsageError, withSchemas, type CommandLine } from '../command-line.js';
import { agree, withYes, type YesOption } from '../sync/options.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface RegisterOptions extends TenantOptions, YesOption {
  readonly dropInvalid?: true;
}

/** Adds `schema register`, which registers an extension schema from a file, or lists the staged values that do not fit. */
export function addSchemaRegister(parent: Command, cli: CommandLine): void {
  const description =
    'register an extension schema for a tenant, or add attributes to one; FILE contains its definition as JSON';
  withYes(withTenantOption(addCommand(parent, 'register <FILE>', description)))
    .option('--drop-invalid', 'discard staged values that do not fit the schema')
    .addHelpText('after', HELP)
    .action((file: string, options: RegisterOptions) =>
      withSchemas(cli, async (schemas, tenancy) => {
        const definition = await definitionIn(file);
        const { id, name } = await namedTenant(tenancy, options);
        const dropInvalid = options.dropInvalid === true;
        const dropped = dropInvalid ? ' Staged values that do not fit are discarded.' : '';
        await agree(cli, options, `Register the schema for ${printable(name)}?${dropped}`);
        try {
          const registration = registrationJson(await schemas.register(id, definition, { dropInvalid }));
          printOutcome(cli, options, registration, announcement(registration));
        } catch (error) {
          if (error instanceof SchemaRefused) listOffenders(cli, options, error);
          throw error;
        }
      }),
    );
}

const HELP = `
The definition has the form of RFC 7643, section 7:

  {"id": "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User", "attributes": [
    {"name": "badge", "type": "string", "uniqueness": "server"},
    {"name": "costCenters", "type": "string", "multiValued": true, "matching": true}]}

Staged values are checked first. If some do not fit, they are listed and nothing is registered.`;

/** @throws UsageError if the file cannot be read or does not contain a JSON object */
async function definitionIn(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const definition = parse(text);
  if (!isJsonObject(definition))
    throw new UsageError(`${file} must contain a JSON object, the definition of the schema.`);
  return definition;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Prints the values that do not fit to standard output, because they are the result; the refusal goes to standard error. */
function listOffenders({ terminal }: CommandLine, { json }: RegisterOptions, refusal: SchemaRefused): void {
  const { named } = refusal.offenders;
  terminal.print(
    json === true ? JSON.stringify(refusal.toJSON()) : offenderTable(named.map(offenderJson), terminal.interactive),
  );
}

function announcement({ schema, resources, droppedCount, dropped }: RegistrationJson): string {
  const attributes = countOf(schema.attributes.length, 'attribute');
  const registered = `Registered ${schema.id} with ${attributes}; resources with values of it: ${resources}.`;
  if (droppedCount === 0) return registered;
  const which = droppedCount > dropped.length ? ` The first ${dropped.length}:` : '';
  return `${registered}\nDiscarded ${countOf(droppedCount, 'value')} that did not fit.${which}\n${offenderTable(dropped, true)}`;
}

const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function offenderTable(offenders: readonly OffenderJson[], aligned: boolean): string {
  const rows = offenders.map(({ resourceType, id, attribute, problem }) => [resourceType, id, attribute, problem]);
  return table(rows, ['TYPE', 'ID', 'ATTRIBUTE', 'PROBLEM'], { aligned, none: '' });
}
