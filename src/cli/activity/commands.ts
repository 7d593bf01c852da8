import type { Command } from 'commander';
import type { CommandLine } from '../command-line.js';
import { addPersonExplain } from './explain.js';
import { addActivityExport } from './export.js';
import { addActivityForget } from './forget.js';
import { addActivityList, addActivityShow } from './list.js';
import { addActivitySettings } from './settings.js';
import { addActivityWatch } from './watch.js';

/** Adds the commands that show what Entra has asked for, and explain a person. */
export function addActivity(program: Command, cli: CommandLine): void {
  const activity = program.command('activity').description('show what Entra has asked for, and what was answered');
  for (const add of ACTIVITY_COMMANDS) add(activity, cli);
  const person = program.command('person').description('say what happened to a person, and what to do next');
  addPersonExplain(person, cli);
}

const ACTIVITY_COMMANDS = [
  ...[addActivityList, addActivityShow, addActivityWatch],
  ...[addActivityExport, addActivityForget, addActivitySettings],
];
