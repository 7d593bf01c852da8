import type { Command } from 'commander';
import { examine, type Diagnosis } from '../doctor/doctor.js';
import type { Finding } from '../doctor/finding.js';
import { readLog } from '../doctor/log.js';
import { hashOf } from '../tenants/secret-token.js';
import { addCommand, printOutcome, Unwell, UsageError, type CommandLine, type CommonOptions } from './command-line.js';
import { tenantUrl } from './tenant/url.js';
import { printableLines, type Terminal } from './terminal.js';

interface DoctorOptions extends CommonOptions {
  readonly base: string;
  readonly token: string;
}

/** Adds `doctor`, which checks the connection from Entra to a server. */
export function addDoctor(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'doctor', 'check the connection from Entra to the server: what is wrong, and who can fix it')
    .requiredOption('--base <URL>', 'the Tenant URL, as it is entered in Entra')
    .requiredOption('--token <TOKEN>', 'the Secret Token, as it is entered in Entra; - reads it from standard input')
    .addHelpText(
      'after',
      '\nIt calls the server as Entra does, for a minute at most, and deletes what it creates. Where DATABASE_URL leads to the\n' +
        "server's database, it reads the activity log as well. The exit status is 1 where something was found.\n" +
        'A token given as an argument can be seen in the list of processes and in the history of the shell; with --token - it cannot.',
    )
    .action(async (options: DoctorOptions) => {
      const token = options.token === '-' ? await tokenFrom(cli.terminal) : options.token;
      const diagnosis = await examine({
        ...{ base: tenantUrl('--base', options.base), token },
        log: () => logOf(cli, token),
      });
      const { ok, findings } = diagnosis;
      printOutcome(
        cli,
        options,
        { ok, findings: findings.map((one) => ({ ...one })) },
        printableLines(text(diagnosis)),
      );
      if (!ok) throw new Unwell();
    });
}

/** @throws UsageError where nothing is given */
async function tokenFrom(terminal: Terminal): Promise<string> {
  const token = (terminal.interactive ? await terminal.ask('Secret Token: ') : await terminal.read()).trim();
  if (token === '') throw new UsageError('Standard input has no Secret Token. Give it there, or as --token TOKEN.');
  return token;
}

const text = ({ ok, findings }: Diagnosis): string =>
  ok ? 'Nothing was found: Entra can reach the server.' : findings.map(({ sentence }) => `- ${sentence}`).join('\n');

/** What the log tells of the token's tenant. @throws Error where the database cannot be reached from here */
async function logOf(cli: CommandLine, token: string): Promise<readonly Finding[]> {
  const services = await cli.openServices(cli.config());
  try {
    const found = await services.storage.tenants.findByHash(hashOf(token));
    return found === undefined ? [] : await readLog(services.storage, found.tenant, new Date());
  } finally {
    await services.close();
  }
}
