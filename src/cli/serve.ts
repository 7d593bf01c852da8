import type { Command } from 'commander';
import type { RunningServer } from '../compose.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from './command-line.js';
import { demoToken } from './demo-tenant.js';

interface ServeOptions extends CommonOptions {
  readonly demo?: true;
}

export function addServe(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'serve',
    'serve provisioning clients until SIGINT or SIGTERM; the database is brought up to date first',
  )
    .option('--demo', 'give the tenant "demo" a new secret token and print it')
    .action(async (options: ServeOptions) => {
      const stopRequested = cli.terminal.stopRequested();
      // A token is changed only once the port is ours, so that a second start leaves the first one's token alone.
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

/** The token stands here once; the browser's address has a word in its place. */
const demoAnnouncement = (tenantUrl: string, token: string): string => `
FlexWhere SCIM is running, with a tenant to try it out.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${token}

To see in a browser who has arrived, put the token in place of SECRET_TOKEN:

  ${tenantUrl}/Users?access_token=SECRET_TOKEN

Stop it with Ctrl+C. The next start issues a new token and revokes this one.
`;
