import type { TrackedLine } from '../../storage/sync-model.js';
import type { LineSelection, SyncReader } from '../../storage/sync-store.js';
import { AT_A_TIME } from './planning.js';

/** The lines of a plan in the order of their numbers, a page at a time. */
export async function* linesIn(
  reader: SyncReader,
  planId: string,
  selection: LineSelection = {},
): AsyncGenerator<readonly TrackedLine[]> {
  let after = 0;
  for (;;) {
    const lines = await reader.lines(planId, after, AT_A_TIME, selection);
    if (lines.length > 0) yield lines;
    if (lines.length < AT_A_TIME) return;
    after = lines.at(-1)?.number ?? after;
  }
}
