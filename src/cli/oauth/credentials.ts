import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { madeCredentialJson } from '../../tenants/oauth/client-json.js';
import { DEFAULT_OVERLAP } from '../../tenants/oauth/clients.js';
import { addCommand, printOutcome, UsageError, withTenancy, type CommandLine } from '../command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface RotateOptions extends TenantOptions {
  readonly overlap: string;
}

/** Adds `oauth-client rotate-secret`, which makes another secret while the one of before stays valid for a time. */
export function addRotateSecret(parent: Command, cli: CommandLine): void {
  withTenantOption(
    addCommand(parent, 'rotate-secret <CLIENT_ID>', 'make another client secret; the earlier ones end later'),
  )
    .option('--overlap <HOURS>', 'how long the earlier secrets stay valid, from 0 to 720', String(DEFAULT_OVERLAP))
    .action((clientId: string, options: RotateOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id } = await namedTenant(tenancy, options);
        const made = await tenancy.oauthClients.rotateSecret(id, clientId, hours(options.overlap));
        printOutcome(
          cli,
          options,
          { ...madeCredentialJson(made), clientId, tokenUrl: tenancy.oauthClients.tokenUrl },
          `The new client secret, shown only once:\n\n  ${made.secret ?? ''}\n\nEnter it in Entra. The earlier secrets end in ${options.overlap} hours.`,
        );
      }),
    );
}

function hours(text: string): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= 720) return value;
  throw new UsageError(`--overlap must be a whole number from 0 to 720; it is "${text}"`);
}

interface KeyOptions extends TenantOptions {
  readonly label: string;
}

/** Adds `oauth-client add-key`, which registers the public key of a client that signs assertions. */
export function addAddKey(parent: Command, cli: CommandLine): void {
  withTenantOption(
    addCommand(parent, 'add-key <CLIENT_ID> <FILE>', 'let a client prove who it is with a key of its own'),
  )
    .option('--label <LABEL>', 'what the key is', '')
    .addHelpText('after', '\nFILE has the public key as a JSON Web Key (RFC 7517).')
    .action((clientId: string, file: string, options: KeyOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id } = await namedTenant(tenancy, options);
        const proof = { kind: 'key', jwk: await keyIn(file) } as const;
        const made = await tenancy.oauthClients.addCredential(id, clientId, { label: options.label, proof });
        const text = `The client ${clientId} may sign assertions with that key, as the credential ${made.credential.id}.`;
        printOutcome(cli, options, madeCredentialJson(made), text);
      }),
    );
}

async function keyIn(file: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw new Error(`${file} has no JSON Web Key`);
}

interface IssuerOptions extends KeyOptions {
  readonly issuer: string;
  readonly jwksUrl: string;
  readonly subject: string;
  readonly audience: string;
}

/** Adds `oauth-client add-issuer`, which trusts an identity provider's tokens for a client. */
export function addAddIssuer(parent: Command, cli: CommandLine): void {
  withTenantOption(
    addCommand(
      parent,
      'add-issuer <CLIENT_ID>',
      "let an identity provider's tokens prove who a client is (workload identity)",
    ),
  )
    .option('--label <LABEL>', 'what the issuer is', '')
    .requiredOption('--issuer <ISSUER>', 'the claim iss, such as https://login.microsoftonline.com/<tenant id>/v2.0')
    .requiredOption('--jwks-url <URL>', 'where the issuer publishes its keys; its jwks_uri')
    .requiredOption('--subject <SUBJECT>', 'the claim sub, such as the object id of a service principal')
    .requiredOption('--audience <AUDIENCE>', 'a value of the claim aud')
    .action((clientId: string, { label, issuer, jwksUrl, subject, audience, ...options }: IssuerOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id } = await namedTenant(tenancy, options);
        const proof = { kind: 'issuer', issuer, jwksUrl, subject, audience } as const;
        const made = await tenancy.oauthClients.addCredential(id, clientId, { label, proof });
        const text = `The tokens of that issuer count for the client ${clientId}, as the credential ${made.credential.id}.`;
        printOutcome(cli, options, madeCredentialJson(made), text);
      }),
    );
}
