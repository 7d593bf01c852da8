import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addSyncApply } from './sync-apply.js';
import { addSyncAudit } from './sync-audit.js';
import { addSyncCancel } from './sync-cancel.js';
import { addSyncDiscard } from './sync-discard.js';
import { addSyncExport } from './sync-export.js';
import { addSyncHold } from './sync-hold.js';
import { addSyncHolds } from './sync-holds.js';
import { addSyncLink } from './sync-link.js';
import { addSyncPause } from './sync-pause.js';
import { addSyncPlan } from './sync-plan.js';
import { addSyncPlans } from './sync-plans.js';
import { addSyncPolicy } from './sync-policy.js';
import { addSyncRelease } from './sync-release.js';
import { addSyncResume } from './sync-resume.js';
import { addSyncShow } from './sync-show.js';
import { addSyncStatus } from './sync-status.js';
import { addSyncUndo } from './sync-undo.js';

/** Adds the commands of the manual step, in the order in which a person needs them. */
export function addSync(program: Command, cli: CommandLine): void {
  const sync = program
    .command('sync')
    .description('pass staged accounts on to the FlexWhere backend: plan, review, apply');
  for (const add of SYNC_COMMANDS) add(sync, cli);
}

const SYNC_COMMANDS = [
  ...[addSyncPlan, addSyncPlans, addSyncShow, addSyncExport, addSyncLink, addSyncDiscard],
  ...[addSyncHold, addSyncRelease, addSyncHolds],
  ...[addSyncApply, addSyncStatus, addSyncPause, addSyncResume, addSyncCancel, addSyncUndo],
  ...[addSyncPolicy, addSyncAudit],
];
