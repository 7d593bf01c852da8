import type { Command } from 'commander';
import { createdTenantJson, type CreatedTenantJson } from '../../tenants/tenant-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine, type CommonOptions } from '../command-line.js';

/** Adds `tenant create`, which prints the Tenant URL and the first secret token, once. */
export function addTenantCreate(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'create <NAME>', 'create a tenant with its first secret token').action(
    (name: string, options: CommonOptions) =>
      withTenancy(
        cli,
        async (tenancy) => {
          const created = createdTenantJson(await tenancy.createTenant(name));
          printOutcome(cli, options, created, announcement(created));
          if (!cli.config().isPublicUrlGiven) cli.terminal.complain(localOnly(created));
        },
        true,
      ),
  );
}

const localOnly = ({ tenantUrl }: CreatedTenantJson): string =>
  `PUBLIC_URL is not set: ${tenantUrl} works on this machine only, and Entra cannot reach it. Set PUBLIC_URL to the https ` +
  'address under which the server is reached from the internet; the Tenant URL is that address with /scim behind it.';

const announcement = ({ tenantId, name, token, tenantUrl }: CreatedTenantJson): string => `\
Created the tenant ${name} with the id ${tenantId}.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${token}

Enter both in the Microsoft Entra admin center: Enterprise applications, the application, Provisioning, Admin
Credentials; then choose Test Connection. The token is shown only once. If it gets lost, issue another:
flexwhere-scim token issue --tenant ${tenantId}`;
