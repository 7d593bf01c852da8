import type { Command } from 'commander';
import type { RunningServer } from '../compose.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from './command-line.js';
import { demoToken } from './demo-tenant.js';

interface ServeOptions extends CommonOptions {
  readonly demo?: true;
}

/** Adds `serve`, which runs the server until SIGINT or SIGTERM. */
export function addServe(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'serve',
    'serve provisioning clients until SIGINT or SIGTERM, after bringing the database up to date',
  )
    .option('--demo', 'issue a new secret token for the tenant "demo" and print it')
    .action(async (options: ServeOptions) => {
      const stopRequested = cli.terminal.stopRequested();
      // The token changes only after the server has the port, so that a failed second start leaves the first one's token valid.
      const server = await cli.startServer(cli.config());
      try {
        await announce(cli, options, server);
        await stopRequested;
      } finally {
        await server.stop();
      }
    });
}

async function announce(cli: CommandLine, options: ServeOptions, { url, tenancy }: RunningServer): Promise<void> {
  const { tenantUrl } = tenancy;
  if (options.demo === true) {
    const token = await demoToken(tenancy);
    printOutcome(cli, options, { url, tenantUrl, token }, demoAnnouncement(tenantUrl, token));
  } else if (options.json === true) {
    cli.terminal.print(JSON.stringify({ url, tenantUrl }));
  }
}

/** The token is printed only once; the address for the browser has a placeholder. */
const demoAnnouncement = (tenantUrl: string, token: string): string => `
FlexWhere SCIM is running, with a tenant for trying it out.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${token}

To see who has arrived, open this address with the token in place of SECRET_TOKEN:

  ${tenantUrl}/Users?access_token=SECRET_TOKEN

Stop it with Ctrl+C. The next start issues a new token and revokes this one.
`;
