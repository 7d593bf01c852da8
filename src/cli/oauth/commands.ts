import type { Command } from 'commander';
import type { CommandLine } from '../command-line.js';
import { addAddIssuer, addAddKey, addRotateSecret } from './credentials.js';
import { addClientCreate, addClientDelete, addClientList } from './clients.js';

/** Adds `oauth-client` with its commands. */
export function addOAuthClient(program: Command, cli: CommandLine): void {
  const parent = program
    .command('oauth-client')
    .description('create, list and delete the OAuth clients of a tenant, and change how they prove who they are');
  for (const add of COMMANDS) add(parent, cli);
}

const COMMANDS = [addClientCreate, addClientList, addRotateSecret, addAddKey, addAddIssuer, addClientDelete];
