import type { LineSelection, TrackedLine } from '../../model/line.js';
import type { Example, GroupPosition, LineGroup, StoredGroup } from '../../model/reviewing/plan-review.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { changesValues } from './signature.js';

/** A page of the groups of lines that make the same change, the largest first, with what they have in common. */
export async function groupsOf(
  reader: SyncReader,
  planId: string,
  after: GroupPosition | undefined,
  limit: number,
): Promise<readonly LineGroup[]> {
  const groups = await reader.reviews.groups(planId, after, limit);
  const lines = await reader.lines.numbered(
    planId,
    groups.flatMap(({ first }) => first),
  );
  const byNumber = new Map(lines.map((line) => [line.number, line]));
  return groups.flatMap((group) => lineGroup(group, byNumber));
}

function lineGroup({ signature, lines, first }: StoredGroup, byNumber: ReadonlyMap<number, TrackedLine>) {
  const examples = first.map((number) => byNumber.get(number)).filter((line) => line !== undefined);
  const [line] = examples;
  if (line === undefined) return [];
  const { subject, kind, would, name, changes } = line;
  const group: LineGroup = {
    signature,
    lines,
    subject,
    kind,
    ...(would === undefined ? {} : { would }),
    ...(subject === 'membership' ? { group: name } : {}),
    changes: changesValues(line) ? changes : [],
    examples: examples.map(exampleOf),
  };
  return [group];
}

/** Who or what a line is about. */
export const exampleOf = ({ number, name, memberName }: TrackedLine): Example => ({
  number,
  name,
  ...(memberName === undefined ? {} : { memberName }),
});

/** Whether lines can only be selected by what was counted when the plan was made. */
export const needsIndex = ({ change, warnings, group, search }: LineSelection): boolean =>
  [change, warnings, group, search].some((condition) => condition !== undefined);
