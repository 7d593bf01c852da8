import type { Command } from 'commander';
import type { CommandLine } from '../command-line.js';
import { addSyncApply } from './apply.js';
import { addSyncAudit } from './audit.js';
import { addSyncExport } from './export.js';
import { addSyncCancel } from './follow.js';
import { addSyncPause } from './follow.js';
import { addSyncResume } from './follow.js';
import { addSyncStatus } from './follow.js';
import { addSyncHold } from './hold.js';
import { addSyncLink } from './link.js';
import { addSyncMirror } from './mirror/commands.js';
import { addSyncCompare } from './past/compare.js';
import { addSyncHistory } from './past/history.js';
import { addSyncRuns } from './past/runs.js';
import { addSyncDiscard } from './plan.js';
import { addSyncPlan } from './plan.js';
import { addSyncPlans } from './plan.js';
import { addSyncPolicy } from './policy.js';
import { addSyncHolds } from './release.js';
import { addSyncRelease } from './release.js';
import { addSyncShow } from './show.js';
import { addSyncUndo } from './undo.js';

/** Adds the commands of the review-and-apply workflow, in the order in which a person needs them. */
export function addSync(program: Command, cli: CommandLine): void {
  const sync = program
    .command('sync')
    .description('synchronize staged accounts with the FlexWhere backend: plan, review, apply');
  for (const add of SYNC_COMMANDS) add(sync, cli);
}

const SYNC_COMMANDS = [
  ...[addSyncPlan, addSyncPlans, addSyncShow, addSyncCompare, addSyncExport, addSyncLink, addSyncDiscard],
  ...[addSyncHold, addSyncRelease, addSyncHolds],
  ...[addSyncApply, addSyncStatus, addSyncPause, addSyncResume, addSyncCancel, addSyncUndo, addSyncRuns],
  ...[addSyncPolicy, addSyncHistory, addSyncAudit, addSyncMirror],
];
