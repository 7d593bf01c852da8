import type { Hold } from '../../model/hold.js';
import type { TrackedLine } from '../../model/line.js';
import type { MirrorItem } from '../../model/mirror.js';
import { SUBJECT_OF } from '../../model/subject.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { SyncReader } from '../../storage/sync-store.js';
import type { Tone } from '../layout/parts.js';

/** How far a staged user or group has come on its way to FlexWhere. */
export interface Whereabouts {
  /** What FlexWhere has of it, if anything. */
  readonly mirrored: MirrorItem | undefined;
  readonly hold: Hold | undefined;
  /** Its line in the latest plan, where that is open. */
  readonly line: TrackedLine | undefined;
}

const NOWHERE: Whereabouts = { mirrored: undefined, hold: undefined, line: undefined };

/** Looks up where users or groups are: four statements, however many they are. */
export async function whereabouts(
  sync: SyncReader,
  type: ResourceTypeName,
  ids: readonly string[],
): Promise<(id: string) => Whereabouts> {
  if (ids.length === 0) return () => NOWHERE;
  const subject = SUBJECT_OF[type];
  const [plan] = await sync.plans.latest(undefined, 1);
  const [mirrored, holds, lines] = await Promise.all([
    sync.mirror.byIds(type, ids),
    sync.holds.of(subject, ids),
    plan?.state === 'open' ? sync.lines.of(plan.id, subject, ids) : new Map<string, TrackedLine>(),
  ]);
  return (id) => ({
    mirrored: mirrored.get(id),
    hold: holds.find(({ resourceId }) => resourceId === id),
    line: lines.get(id),
  });
}

/** The same in a few words. @param version of the staged resource; undefined where it was deleted */
export function inFlexWhere(
  { mirrored, hold, line }: Whereabouts,
  version: number | undefined,
): { readonly tone: Tone; readonly words: string } {
  if (hold !== undefined) return { tone: 'waiting', words: 'held' };
  if (line?.kind === 'conflict') return { tone: 'bad', words: 'conflict' };
  if (line !== undefined) return { tone: 'waiting', words: `waits in a plan: ${line.kind}` };
  if (mirrored === undefined) return { tone: 'quiet', words: 'not yet' };
  return mirrored.stagedVersion === version
    ? { tone: 'good', words: 'yes' }
    : { tone: 'waiting', words: 'yes, changed since' };
}
