import type { Command } from 'commander';
import type { ClientWithCredentials } from '../../storage/oauth-store.js';
import { mayWrite } from '../../model/token.js';
import { clientJson, madeClientJson, type MadeClientJson } from '../../tenants/oauth/client-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface CreateOptions extends TenantOptions {
  readonly label: string;
  readonly expires?: string;
  readonly readOnly?: true;
  readonly secret: boolean;
}

/** Adds `oauth-client create`, which prints the client's id, its secret, once, and the address of the token endpoint. */
export function addClientCreate(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'create', 'create an OAuth client, which gets access tokens with its secret'))
    .option('--label <LABEL>', 'what the client is', '')
    .option('--expires <TIME>', 'when its secret expires, such as 2030-12-31T23:59:59Z or 2030-12-31 (UTC)')
    .option('--read-only', 'its access tokens may only read')
    .option('--no-secret', 'without a secret, for a client that signs assertions: add a key or an issuer next')
    .action((options: CreateOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id, name } = await namedTenant(tenancy, options);
        const made = await tenancy.oauthClients.create(id, {
          label: options.label,
          expiresAt: options.expires,
          scopes: options.readOnly === true ? ['scim.read'] : undefined,
          withSecret: options.secret,
        });
        const json = madeClientJson(made, tenancy.oauthClients.tokenUrl);
        printOutcome(cli, options, json, announcement(json, name, tenancy.tenantUrl));
      }),
    );
}

const announcement = (
  { clientId, clientSecret, tokenUrl }: MadeClientJson,
  tenant: string,
  tenantUrl: string,
): string => `\
Created the OAuth client ${clientId} for the tenant ${tenant}.

  Tenant URL:      ${tenantUrl}
  Token endpoint:  ${tokenUrl}
  Client ID:       ${clientId}
  Client secret:   ${clientSecret ?? 'none; add a key or an issuer: flexwhere-scim oauth-client add-key --help'}

In the Microsoft Entra admin center, choose OAuth client credentials as the authentication method and enter these; the scope may
be left out. The secret is shown only once. To replace it: flexwhere-scim oauth-client rotate-secret ${clientId} --tenant ID`;

/** Adds `oauth-client list`, which lists the clients of a tenant with how each proves who it is. */
export function addClientList(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'list', 'list the OAuth clients of a tenant, without their secrets')).action(
    (options: TenantOptions) =>
      withTenancy(cli, async (tenancy) => {
        const clients = await tenancy.oauthClients.list((await namedTenant(tenancy, options)).id);
        const text = clientTable(clients, cli.terminal.interactive);
        printOutcome(cli, options, { clients: clients.map(clientJson) }, text);
      }),
  );
}

/** A row for each credential, and one for a client without any. */
function clientTable(clients: readonly ClientWithCredentials[], aligned: boolean): string {
  const rows = clients.flatMap(({ client, credentials }) => {
    const { id, label, scopes } = client;
    const own = [id, label, mayWrite(scopes) ? 'read and write' : 'read'];
    if (credentials.length === 0) return [[...own, '-', 'none', '-', '-']];
    return credentials.map((credential) => [
      ...own,
      ...[credential.id, credential.proof.kind, credential.expiresAt ?? '-', credential.lastUsed ?? '-'],
    ]);
  });
  const none = 'The tenant has no OAuth clients. Create one: flexwhere-scim oauth-client create --tenant ID';
  const header = ['CLIENT ID', 'LABEL', 'MAY', 'CREDENTIAL ID', 'KIND', 'EXPIRES', 'LAST USED'];
  return table(rows, header, { aligned, none });
}

interface DeleteOptions extends TenantOptions {
  readonly credential?: string;
}

/** Adds `oauth-client delete`, which deletes a client or one of its credentials. */
export function addClientDelete(parent: Command, cli: CommandLine): void {
  withTenantOption(
    addCommand(parent, 'delete <CLIENT_ID>', 'delete an OAuth client and revoke its access tokens, at once'),
  )
    .alias('revoke')
    .option('--credential <CREDENTIAL_ID>', 'only this credential, with the access tokens got by it')
    .action((clientId: string, options: DeleteOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id, name } = await namedTenant(tenancy, options);
        const { credential } = options;
        await (credential === undefined
          ? tenancy.oauthClients.remove(id, clientId)
          : tenancy.oauthClients.removeCredential(id, clientId, credential));
        const what = credential === undefined ? '' : `The credential ${credential} of `;
        const text = `${what}${what === '' ? 'The' : 'the'} OAuth client ${clientId} of the tenant ${name} is deleted.`;
        printOutcome(cli, options, { clientId, credentialId: credential ?? null, deleted: true }, text);
      }),
    );
}
