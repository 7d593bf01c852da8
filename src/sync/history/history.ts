import type { AuditEntry } from '../../model/audit.js';
import { isId } from '../../model/id.js';
import type { TrackedLine } from '../../model/line.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { SyncReader } from '../../storage/sync-store.js';

/** The history of an account or a group: an entry of the audit trail, or a line of a plan. */
export interface HistoryEntry extends AuditEntry {
  /** The line, of an entry that stands for a plan which had one. */
  readonly line?: TrackedLine;
}

/**
 * The history of a user's account or a group, the latest first: the plans that had a line about it, and what the audit trail
 * says of it. The ids of both are in the order of time, so that one list is made of the two.
 * @param before the id of an entry: those before it
 */
export async function historyOf(
  reader: SyncReader,
  resourceId: string,
  before: string | undefined,
  limit: number,
): Promise<readonly HistoryEntry[]> {
  const [entries, lines] = await Promise.all([
    reader.audit.ofResource(resourceId, before, limit),
    reader.lines.about(resourceId, before, limit),
  ]);
  const planned = await Promise.all(
    lines.map(async ({ planId, line }): Promise<readonly HistoryEntry[]> => {
      const plan = await reader.plans.find(planId);
      if (plan === undefined) return [];
      const { id, created, by } = plan;
      return [{ id, at: created, by, action: 'line.planned', planId: id, resourceId, detail: {}, line }];
    }),
  );
  return [...entries, ...planned.flat()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/**
 * The id of the user or group whose history is wanted: also of one that is neither staged nor mirrored any more.
 * @param find finds what is; its ScimError 404 is passed on for what is no id
 */
export async function idForHistory(named: string, find: () => Promise<string>): Promise<string> {
  try {
    return await find();
  } catch (error) {
    const id = named.toLowerCase();
    if (error instanceof ScimError && error.status === 404 && isId(id)) return id;
    throw error;
  }
}
