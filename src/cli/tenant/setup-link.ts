import type { Command } from 'commander';
import type { Tenancy } from '../../tenants/tenants.js';
import { addCommand, printOutcome, UsageError, withTenancy, type CommandLine } from '../command-line.js';
import { wholeNumber } from '../whole-number.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface SetupLinkOptions extends TenantOptions {
  readonly days?: number;
  readonly renew?: true;
  readonly revoke?: true;
}

/** Adds `tenant setup-link`, which makes, renews or revokes the link with which a company sets Entra up. */
export function addTenantSetupLink(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'setup-link', 'create a link to a page that guides through setting up Entra'))
    .option('--days <NUMBER>', 'days that the link lasts, from 1 to 60 (default: 14)', wholeNumber)
    .option('--renew', 'extend the existing link, whose address stays the same')
    .option('--revoke', 'revoke the link')
    .action((options: SetupLinkOptions) => {
      if (options.renew === true && options.revoke === true)
        throw new UsageError('Choose one of --renew and --revoke.');
      return withTenancy(cli, (tenancy) => change(cli, tenancy, options));
    });
}

async function change(cli: CommandLine, tenancy: Tenancy, options: SetupLinkOptions): Promise<void> {
  const { id, name } = await namedTenant(tenancy, options);
  const { setupLinks } = tenancy;
  if (options.revoke === true) {
    await setupLinks.revoke(id);
    printOutcome(cli, options, { url: null, expires: null }, `The setup link of the tenant ${name} is revoked.`);
    return;
  }
  if (options.renew === true) {
    const { expires } = await setupLinks.renew(id, options.days);
    printOutcome(cli, options, { url: null, expires }, `The setup link of the tenant ${name} lasts until ${expires}.`);
    return;
  }
  const { url, expires } = await setupLinks.make(id, options.days);
  printOutcome(cli, options, { url, expires }, announcement(name, url, expires));
}

const announcement = (name: string, url: string, expires: string): string => `\
Made the setup link of the tenant ${name}, which lasts until ${expires}:

  ${url}

Send it to the administrator of Entra. It is shown only once; an earlier link of the tenant has ended. Whoever has it can
show themselves a secret token of the tenant.`;
