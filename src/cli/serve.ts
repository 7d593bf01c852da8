import type { Command } from 'commander';
import type { RunningServer } from '../compose.js';
import type { Config } from '../config.js';
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
      const config = cli.config();
      const server = await cli.startServer(config);
      try {
        await announce(cli, options, server, config);
        await stopRequested;
      } finally {
        await server.stop();
      }
    });
}

async function announce(
  cli: CommandLine,
  options: ServeOptions,
  { url, tenancy }: RunningServer,
  { adminToken }: Config,
): Promise<void> {
  const { tenantUrl } = tenancy;
  if (options.demo === true) {
    const token = await demoToken(tenancy);
    printOutcome(
      cli,
      options,
      { url, tenantUrl, token },
      demoAnnouncement(tenantUrl, token, consoleText(url, adminToken)),
    );
  } else if (options.json === true) {
    cli.terminal.print(JSON.stringify({ url, tenantUrl }));
  }
}

const consoleText = (url: string, adminToken: string | undefined): string =>
  `${url}/admin${adminToken === undefined ? ' (to sign in, make a token: flexwhere-scim admin-token create)' : ''}`;

/** The token is printed only once; the address for the browser has a placeholder. */
const demoAnnouncement = (tenantUrl: string, token: string, console: string): string => `
FlexWhere SCIM is running, with a tenant for trying it out.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${token}
  Console:       ${console}

Next, in another terminal, let a simulated Entra provision a company of 100 people, with the token in place of SECRET_TOKEN:

  node dist/cli/main.js simulate --base ${tenantUrl} --token SECRET_TOKEN

To see who has arrived, open this address with the token in place of SECRET_TOKEN:

  ${tenantUrl}/Users?access_token=SECRET_TOKEN

Stop it with Ctrl+C. The next start issues a new token and revokes this one.
`;
