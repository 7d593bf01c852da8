import { targetKey } from '../../model/hold.js';
import type { PlanLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { SyncReader } from '../../storage/sync-store.js';
import type { Past } from './warnings.js';

/** Reads what happened to lines before: of a page of them at a time. */
export type ReadPast = (lines: readonly PlanLine[]) => Promise<(line: PlanLine) => Past>;

/** What happened before a plan was made: what the backend refused in the latest run, and what was undone. */
export async function pastBefore(reader: SyncReader, plan: Pick<Plan, 'id'>): Promise<ReadPast> {
  const [run] = await reader.runs.latest(plan.id, 1);
  const counts = run && (run.counts ?? (await reader.lines.counts(run.planId)));
  const refused = counts !== undefined && counts.failed > 0 ? run?.planId : undefined;
  return async (lines) => {
    const failed = refused === undefined ? new Set<string>() : await failedIn(reader, refused, lines);
    const undone = await undoneAmong(reader, lines);
    return (line) => ({ failed: failed.has(targetKey(line)), undone: undone.has(targetKey(line)) });
  };
}

/** Accounts and groups alone: lines of memberships cannot be found by what they are about. */
async function failedIn(reader: SyncReader, planId: string, lines: readonly PlanLine[]): Promise<ReadonlySet<string>> {
  const failed = new Set<string>();
  for (const subject of ['account', 'group'] as const) {
    const found = await reader.lines.of(planId, subject, idsOf(lines, subject));
    for (const line of found.values()) if (line.state === 'failed') failed.add(targetKey(line));
  }
  return failed;
}

async function undoneAmong(reader: SyncReader, lines: readonly PlanLine[]): Promise<ReadonlySet<string>> {
  const undone = new Set<string>();
  for (const subject of ['account', 'group', 'membership'] as const) {
    const holds = await reader.holds.of(subject, idsOf(lines, subject));
    for (const hold of holds) if (hold.undoneRun !== undefined) undone.add(targetKey(hold));
  }
  return undone;
}

const idsOf = (lines: readonly PlanLine[], subject: PlanLine['subject']): readonly string[] => [
  ...new Set(lines.filter((line) => line.subject === subject).map(({ resourceId }) => resourceId)),
];
