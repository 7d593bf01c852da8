import { Command, CommanderError } from 'commander';
import { ScimError } from '../protocol/scim-error.js';
import { AnotherBackend, ConfirmationNeeded, RunActive } from '../sync/synchronization.js';
import { Stopped, Unwell, UsageError, type CommandLine } from './command-line.js';
import { OutputClosed } from './output.js';
import { addServe } from './serve.js';
import { printableLines } from './terminal.js';

/**
 * Runs the command that the arguments name, and prints what went wrong to standard error.
 * @returns the exit status: 0 success, 1 failure, 2 invalid command line, 3 confirmation needed, 4 the tenant already has
 *   a run, 5 the mirror belongs to another backend, 130 stopped by Ctrl+C before it had ended
 */
export async function runCommand(cli: CommandLine, commandArguments: readonly string[]): Promise<number> {
  try {
    await (await programFor(cli, commandArguments)).parseAsync(commandArguments, { from: 'user' });
    return 0;
  } catch (error) {
    return complain(cli, error);
  }
}

async function programFor(cli: CommandLine, commandArguments: readonly string[]): Promise<Command> {
  const program = new Command('flexwhere-scim')
    .description('SCIM 2.0 provisioning server for Microsoft Entra ID')
    .version(cli.version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        cli.terminal.print(text.trimEnd());
      },
      writeErr: (text) => {
        cli.terminal.complain(text.trimEnd());
      },
    });
  addServe(program, cli);
  // A server needs none of the others, which take longer to load than the server itself.
  if (commandArguments[0] !== 'serve') (await import('./commands.js')).addCommands(program, cli);
  return program;
}

function complain({ terminal }: CommandLine, error: unknown): number {
  // Whoever read the output has seen enough, such as head.
  if (error instanceof OutputClosed) return 0;
  if (error instanceof Unwell) return 1;
  // commander has already printed the help or the error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  terminal.complain(`flexwhere-scim: ${printableLines(messageOf(error))}`);
  return STATUSES.find(([kind]) => error instanceof kind)?.[1] ?? 1;
}

/** The exit status of a command that SIGINT or SIGTERM stopped before it had ended. */
export const STOPPED = 130;

/** The exit statuses that scripts depend on, besides 1. */
const STATUSES = [
  [UsageError, 2],
  [ConfirmationNeeded, 3],
  [RunActive, 4],
  [AnotherBackend, 5],
  [Stopped, STOPPED],
] as const;

/** The message of an expected error; the stack of one that only a bug can cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : undefined;
  if (error instanceof ScimError || code !== undefined || !isFault(error)) return error.message || (code ?? error.name);
  return error.stack ?? error.message;
}

const isFault = (error: Error): boolean =>
  [TypeError, RangeError, ReferenceError].some((fault) => error instanceof fault);
