import type { Command } from 'commander';
import type { Provenance } from '#entra-client/record/exchange/exchange-of.js';
import { startRecordingProxy } from '#entra-client/record/recording-proxy.js';
import { ScenarioFolder } from '#entra-client/record/scenario-folder.js';
import type { RunningServer } from '../../compose.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { tenantUrl } from '../tenant/url.js';

interface RecordOptions extends CommonOptions {
  readonly out: string;
  readonly upstream?: string;
  readonly title: string;
  readonly fromLiveEntra?: true;
}

/** Adds `record`, which runs a recording proxy in front of a server until the process is asked to stop. */
export function addRecord(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'record',
    'record what a provisioning client sends and how it is answered, without tokens, personal data and ids, until SIGINT or SIGTERM',
  )
    .requiredOption('--out <FOLDER>', 'the folder to write to; created if missing, must be empty')
    .option('--upstream <URL>', 'the Tenant URL of the server to stand in front of (default: a server of this program)')
    .option('--title <TEXT>', 'what the recording shows', 'Recorded traffic')
    .option('--from-live-entra', 'label the sender as the provisioning service of a live Entra tenant')
    .action(async (options: RecordOptions) => {
      const stopRequested = cli.terminal.stopRequested();
      const recording = await ScenarioFolder.create(options.out, options.title, provenance(options));
      const server = options.upstream === undefined ? await ownServer(cli) : undefined;
      try {
        await record(cli, options, { recording, server, stopRequested });
      } finally {
        await server?.stop();
      }
    });
}

interface Session {
  readonly recording: ScenarioFolder;
  readonly server: RunningServer | undefined;
  readonly stopRequested: Promise<void>;
}

async function record(cli: CommandLine, options: RecordOptions, session: Session): Promise<void> {
  const { host, port } = cli.config();
  const proxy = await startRecordingProxy({
    upstream:
      session.server === undefined ? tenantUrl('--upstream', options.upstream ?? '') : `${session.server.url}/scim`,
    host,
    port,
    onExchange: (observed) => {
      session.recording.add(observed);
    },
    onUnrecorded: (reason) => {
      cli.terminal.complain(`an exchange could not be recorded: ${reason.message}`);
    },
    onLost: (reason) => {
      cli.terminal.complain(`not recorded because the server did not answer: ${reason.message}`);
    },
  });
  const begun = { tenantUrl: proxy.tenantUrl, out: options.out };
  printOutcome(cli, options, begun, `Recording requests to ${proxy.tenantUrl} in ${options.out}. Stop with Ctrl+C.`);
  await session.stopRequested;
  await proxy.stop();
  const exchanges = await session.recording.complete();
  printOutcome(cli, options, { exchanges }, `Recorded ${exchanges} exchanges in ${options.out}.`);
}

/** This program's own server, on a free port: clients use the proxy's. */
const ownServer = (cli: CommandLine): Promise<RunningServer> =>
  cli.startServer({ ...cli.config(), host: '127.0.0.1', port: 0 });

/** A recording is labeled as Entra's only if the operator says so, because only the operator can know. */
function provenance({ fromLiveEntra }: RecordOptions): Provenance {
  const day = new Date().toISOString().slice(0, 10);
  return fromLiveEntra === true
    ? claim('entra', 'recorded', `Live Entra tenant, recorded on ${day}, as the operator of the recording says`)
    : claim('check', 'simulated', `Sender unknown, recorded on ${day}`);
}

const claim = (sender: Provenance['sender'], kind: Provenance['confidence'], cite: string): Provenance => ({
  sender,
  confidence: kind,
  sources: [{ cite, kind }],
});
