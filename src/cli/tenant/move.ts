import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { v7 as newId } from 'uuid';
import { exportTenant } from '../../provisioning/moving/export-tenant.js';
import { importTenant, type ImportedTenant } from '../../provisioning/moving/import-tenant.js';
import { tenantName } from '../../tenants/names.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { makeNewFile } from '../database/new-file.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface ExportOptions extends TenantOptions {
  readonly to: string;
  readonly withActivity?: true;
}

/** Adds `tenant export`, which writes all that a tenant has to a file, for `tenant import` on another database. */
export function addTenantExport(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'export', 'write a tenant to a file, to be imported into another database'))
    .requiredOption('--to <FILE>', 'the file to be made; it must not exist')
    .option('--with-activity', 'with the activity log')
    .addHelpText('after', EXPORT_HELP)
    .action(async (options: ExportOptions) => {
      const services = await cli.openServices(cli.config());
      try {
        const { id, name } = await namedTenant(services.tenancy, options);
        const { storage } = services;
        const exported = await makeNewFile(options.to, (temporary) =>
          exportTenant({ storage, now: () => new Date() }, id, options.withActivity === true, (lines) =>
            pipeline(Readable.from(lines), createWriteStream(temporary)),
          ),
        );
        const { users, groups } = exported;
        const text = `Wrote the tenant ${name} with ${users} users and ${groups} groups to ${options.to}; tokens are not in it.`;
        printOutcome(cli, options, { tenantId: id, file: options.to, ...exported }, text);
      } finally {
        await services.close();
      }
    });
}

const EXPORT_HELP = `
The file has the tenant as it is at one moment: settings, schemas, users, groups, what was synchronized, plans, holds and the
audit trail, with all ids, versions and times. It has personal data, and is readable for you alone. What Entra sends after that
moment is not in it: pause provisioning in Entra, or disable the tenant, before you export a tenant that is to move.`;

/** Adds `tenant import`, which takes a tenant in as another database had it. */
export function addTenantImport(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'import <FILE>', 'import a tenant from a file that tenant export made')
    .addHelpText('after', IMPORT_HELP)
    .action(async (file: string, options: CommonOptions) => {
      const services = await cli.openServices(cli.config(), true);
      try {
        const { storage } = services;
        const imported = await importTenant({ storage, newId: () => newId(), nameOf: tenantName }, file);
        const { tenantId, users, groups } = imported;
        printOutcome(cli, options, { tenantId, users, groups }, announcement(imported));
      } finally {
        await services.close();
      }
    });
}

const IMPORT_HELP = `
All of the file is checked before anything is stored, and nobody finds the tenant before all of it is there. An interrupted import
leaves nothing behind that anybody finds: import again, two minutes later at the earliest.`;

const announcement = ({ tenantId, name, enabled, users, groups }: ImportedTenant): string => `\
Imported the tenant ${name} with ${users} users and ${groups} groups; its id is ${tenantId}, as before.

It has no token yet: flexwhere-scim token issue --tenant ${tenantId}${
  enabled ? '' : `\nIt is disabled, as it was: flexwhere-scim tenant enable ${tenantId}`
}`;
