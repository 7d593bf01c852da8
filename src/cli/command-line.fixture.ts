import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminTokensOn } from '../access/on-storage.js';
import { unusable } from '../compose.js';
import { checkConfig, readConfig } from '../config.js';
import { isJsonObject, type JsonObject } from '../protocol/json.js';
import { testSynchronization } from '../sync/testing/synchronization.fixture.js';
import { testRegistry } from '../tenants/schema-registry.fixture.js';
import type { TestTenancy } from '../tenants/tenancy.fixture.js';
import type { CommandLine } from './command-line.js';
import { runCommand } from './program.js';

/** What a command did. */
export interface CommandOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a test gives a command besides its arguments. */
export interface CommandOptions {
  /** What a person at a terminal answers; undefined if there is no terminal. */
  readonly answer?: string;
  /** What standard input has. */
  readonly input?: string;
  /** Whether there are colors. */
  readonly colors?: boolean;
  /** The environment, such as where synchronized accounts go; otherwise into a folder of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Resolves when the process is asked to stop; otherwise only `serve` is. */
  readonly stop?: Promise<void>;
}

/** Runs commands on a test's database; `serve` starts nothing and stops at once. */
export async function runOn(
  test: TestTenancy,
  commandArguments: readonly string[],
  { answer, input = '', colors = false, environment = {}, stop }: CommandOptions = {},
): Promise<CommandOutcome> {
  const { storage, tenancy } = test;
  const schemas = testRegistry(test);
  const config = readConfig({ SYNC_EXPORT_DIR: join(tmpdir(), 'flexwhere-scim-cli-export'), ...environment });
  const synchronization = testSynchronization(storage, config);
  const printed = { stdout: '', stderr: '' };
  const cli: CommandLine = {
    version: '1.2.3',
    terminal: {
      interactive: answer !== undefined,
      colors,
      print: (text) => void (printed.stdout += `${text}\n`),
      write: (piece) => {
        printed.stdout += piece;
        return Promise.resolve();
      },
      complain: (text) => void (printed.stderr += `${text}\n`),
      ask: (question) => {
        printed.stderr += question;
        return Promise.resolve(answer ?? '');
      },
      read: () => Promise.resolve(input),
      stopRequested: () => stop ?? (commandArguments[0] === 'serve' ? Promise.resolve() : new Promise(() => undefined)),
    },
    config: () => config,
    checkConfig: () => checkConfig(unusable, environment),
    openServices: () =>
      Promise.resolve({
        ...{ storage, tenancy, schemas, synchronization, adminTokens: adminTokensOn(storage, config) },
        close: () => Promise.resolve(),
      }),
    startServer: () => {
      const done = (): Promise<void> => Promise.resolve();
      return Promise.resolve({ url: 'http://127.0.0.1:8080', tenancy, flushActivity: done, stop: done });
    },
  };
  const status = await runCommand(cli, commandArguments);
  return { status, ...printed };
}

/** The JSON object that a command printed, alone on one line. */
export function printedJson({ stdout }: CommandOutcome): JsonObject {
  const parsed: unknown = JSON.parse(stdout);
  if (!isJsonObject(parsed) || stdout.indexOf('\n') !== stdout.length - 1)
    throw new Error(`not one line of JSON: ${stdout}`);
  return parsed;
}
