#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { openServices, startServer, unusable } from '../compose.js';
import { checkConfig, readConfig, type Config } from '../config.js';
import { UsageError } from './command-line.js';
import { runCommand, STOPPED } from './program.js';
import { flushed, processTerminal } from './terminal.js';

function config(): Config {
  try {
    return readConfig();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const cli = {
  ...{ terminal: processTerminal, config, version, checkConfig: () => checkConfig(unusable) },
  openServices: (read: Config, create = false) => openServices(read, { create }),
  startServer: (read: Config) => startServer(read),
};
const status = await runCommand(cli, process.argv.slice(2));
// Whoever stops a command does not wait for a reader that has stopped reading.
const whole =
  status === STOPPED ||
  (await flushed().then(
    () => true,
    (error: unknown) => {
      processTerminal.complain(`flexwhere-scim: the output is incomplete: ${String(error)}`);
      return false;
    },
  ));
// A failed command may have left connections open, which would keep the process alive.
process.exit(whole ? status : status || 1);
