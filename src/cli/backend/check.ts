import { InvalidArgumentError, type Command } from 'commander';
import type { Config } from '../../config.js';
import { backendUrl, webhookSecrets } from '../../setting-forms.js';
import { CHECK_PARTS, checkBackend, type CheckOutcome } from '../../sync/backends/http/check/check.js';
import {
  addCommand,
  printOutcome,
  Stopped,
  UsageError,
  type CommandLine,
  type CommonOptions,
} from '../command-line.js';
import { printable } from '../terminal.js';
import { wholeNumberFrom } from '../sync/options.js';

interface CheckOptions extends CommonOptions {
  readonly url?: string;
  readonly secret?: string;
  readonly timeout?: number;
  readonly asTenant?: string;
  readonly only?: readonly string[];
}

/** Adds `backend check`, which drives a FlexWhere backend through openapi/backend.yaml and prints what it got wrong. */
export function addBackendCheck(parent: Command, cli: CommandLine): void {
  addCommand(
    parent,
    'check',
    'send a backend everything that openapi/backend.yaml describes, and print what it got wrong',
  )
    .option('--url <URL>', 'where the backend is (default: SYNC_BACKEND_URL)')
    .option(
      '--secret <SECRET>',
      'the secret that signs requests; others can see it here (default: SYNC_BACKEND_SECRET)',
    )
    .option('--timeout <MS>', 'milliseconds that one answer may take (default: SYNC_TIMEOUT_MS)', wholeNumberFrom(1))
    .option(
      '--as-tenant <ID>',
      'the tenantId to send, for a backend that knows its tenants (default: two that never were)',
    )
    .option('--only <PARTS>', `only these, separated by commas: ${CHECK_PARTS.join(', ')}`, parts)
    .addHelpText('after', NOTE)
    .action((options: CheckOptions) => check(cli, options));
}

function parts(text: string): readonly string[] {
  const names = text.split(',');
  if (names.every((name) => CHECK_PARTS.includes(name))) return names;
  throw new InvalidArgumentError(`The parts are ${CHECK_PARTS.join(', ')}.`);
}

const NOTE =
  '\nIt creates accounts and groups whose ids and names begin with flexwhere-check-, and removes them at the end. ' +
  'Exit status: 0 nothing wrong, 1 findings.';

async function check(cli: CommandLine, options: CheckOptions): Promise<void> {
  const backend = backendOf(cli.config(), options);
  const stop = new AbortController();
  void cli.terminal.stopRequested().then(() => {
    stop.abort();
  });
  const outcome = await checkBackend(backend, {
    stop: stop.signal,
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.asTenant === undefined ? {} : { tenantId: options.asTenant }),
  });
  const { findings } = outcome;
  const json = {
    ok: findings.length === 0 && outcome.unchecked.length === 0,
    findings: findings.map((one) => ({ ...one })),
  };
  printOutcome(cli, options, json, text(outcome, options.only));
  if (outcome.unchecked.length > 0 && stop.signal.aborted)
    throw new Stopped(`Stopped before everything was checked; left out: ${outcome.unchecked.join(', ')}.`);
  if (findings.length > 0)
    throw new Error(`The backend got ${findings.length === 1 ? '1 thing' : `${findings.length} things`} wrong.`);
}

function backendOf({ receiver }: Config, { url, secret, timeout }: CheckOptions) {
  const given = {
    url: url === undefined ? receiver.url : usable(() => backendUrl('--url', url)),
    secret: secret === undefined ? receiver.secret : usable(() => webhookSecrets('--secret', secret)),
  };
  if (given.url === undefined) throw new UsageError('Give the address of the backend: --url or SYNC_BACKEND_URL.');
  if (given.secret === undefined)
    throw new UsageError('Give the secret that signs requests: --secret or SYNC_BACKEND_SECRET.');
  return { url: given.url, secret: given.secret, timeoutMs: timeout ?? receiver.timeoutMs };
}

/** @throws UsageError in place of any other error */
function usable(read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function text({ findings, requests, unchecked }: CheckOutcome, only: readonly string[] | undefined): string {
  if (findings.length === 0) {
    const part = only === undefined ? '' : ` of ${only.join(', ')}`;
    return unchecked.length > 0
      ? `Nothing wrong in ${requests} requests so far.`
      : `The backend does what openapi/backend.yaml says${part}: ${requests} requests, nothing wrong.`;
  }
  return findings.map(({ finding, place }) => `${printable(finding)}\n  openapi/backend.yaml ${place}`).join('\n');
}
