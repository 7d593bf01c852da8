import type { Command } from 'commander';
import type { Tenant } from '../../model/tenant.js';
import { addCommand, printOutcome, UsageError, withTenancy, type CommandLine } from '../command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

interface DeleteOptions extends TenantOptions {
  readonly yes?: true;
}

/** Adds `tenant delete`, which erases a tenant after a confirmation on a terminal, or with --yes. */
export function addTenantDelete(parent: Command, cli: CommandLine): void {
  const description = 'erase a tenant with its tokens and its staging directory; this cannot be undone';
  withTenantOption(addCommand(parent, 'delete [ID]', description))
    .option('--yes', 'do not ask for confirmation')
    .action((id: string | undefined, options: DeleteOptions) =>
      withTenancy(cli, async (tenancy) => {
        const tenant = await namedTenant(tenancy, options, id);
        if (options.yes !== true) await confirm(cli, tenant);
        const { canceledRun } = await tenancy.deleteTenant(tenant.id);
        const stopped = canceledRun === undefined ? '' : `Canceled its run ${canceledRun} first. `;
        const erased = {
          tenantId: tenant.id,
          name: tenant.name,
          deleted: true,
          ...(canceledRun === undefined ? {} : { canceledRun }),
        };
        printOutcome(cli, options, erased, `${stopped}Erased the tenant ${tenant.name} and everything it had.`);
      }),
    );
}

/** @throws UsageError without a terminal to ask on, Error if the answer is no. */
async function confirm({ terminal }: CommandLine, { id, name }: Tenant): Promise<void> {
  if (!terminal.interactive) throw new UsageError('Erasing a tenant cannot be undone. If this is intended, add --yes.');
  const answer = await terminal.ask(
    `Erase the tenant ${name} (${id}) with everything it has? Type its name to confirm: `,
  );
  if (answer.trim() !== name) throw new Error('Nothing was erased.');
}
