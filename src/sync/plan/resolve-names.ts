import { foldString } from '../../protocol/search-form.js';
import type { PlanLine } from '../../storage/sync-model.js';

/** A line that wants a userName which another account of the backend has. */
export interface Contested {
  readonly line: PlanLine;
  readonly holder: {
    readonly resourceId: string;
    /** Its line in the same plan; undefined where nothing is to change about it. */
    readonly line: PlanLine | undefined;
  };
}

interface Place {
  readonly wave: number;
  readonly atomicGroup?: string;
}
type Resolution = Place | { readonly conflict: string };

/**
 * Puts the lines that wait for each other's userNames in order: whoever frees a name comes before whoever wants it. Where
 * names go round in a circle, the lines go in one batch that the backend takes as a whole, if it can. Pure; linear in the
 * number of lines.
 * @param contested every contested line of the plan; the lines of holders that want no other's name count as free
 * @param takesAtomicBatches whether the backend can
 * @returns the contested lines as they are to be: with a wave and what they depend on, or conflicts
 */
export function resolveNames(contested: readonly Contested[], takesAtomicBatches: boolean): readonly PlanLine[] {
  const byId = new Map(contested.map((one) => [one.line.resourceId, one]));
  const resolved = new Map<string, Resolution>();
  for (const one of contested) resolveFrom(one, byId, resolved, takesAtomicBatches);
  return contested.map(({ line, holder }) => resolvedLine(line, holder.resourceId, resolved.get(line.resourceId)));
}

/** Follows who waits for whom until something is known, then resolves backwards along the way. */
function resolveFrom(
  start: Contested,
  byId: ReadonlyMap<string, Contested>,
  resolved: Map<string, Resolution>,
  atomic: boolean,
): void {
  const way: Contested[] = [];
  const positions = new Map<string, number>();
  let at: Contested | undefined = start;
  while (at !== undefined && !resolved.has(at.line.resourceId) && !positions.has(at.line.resourceId)) {
    positions.set(at.line.resourceId, way.length);
    way.push(at);
    at = byId.get(at.holder.resourceId);
  }
  const met = at === undefined ? undefined : positions.get(at.line.resourceId);
  if (met !== undefined) for (const one of resolveCircle(way.splice(met), atomic)) resolved.set(...one);
  for (const one of way.reverse()) resolved.set(one.line.resourceId, behind(one, resolved));
}

function resolveCircle(circle: readonly Contested[], atomic: boolean): readonly (readonly [string, Resolution])[] {
  const resolution: Resolution = atomic
    ? { wave: 0, atomicGroup: circle.map(({ line }) => line.resourceId).sort()[0] ?? '' }
    : { conflict: circleSentence(circle) };
  return circle.map(({ line }) => [line.resourceId, resolution] as const);
}

function behind({ line, holder }: Contested, resolved: ReadonlyMap<string, Resolution>): Resolution {
  const before = resolved.get(holder.resourceId);
  const conflict =
    before !== undefined && 'conflict' in before ? waits(line, holder.resourceId) : whyKept(line, holder);
  if (conflict !== undefined) return { conflict };
  return { wave: before !== undefined && 'wave' in before ? before.wave + 1 : 1 };
}

/** Why the holder does not free the name with its line; undefined where it does. */
function whyKept(line: PlanLine, { resourceId, line: holder }: Contested['holder']): string | undefined {
  if (holder === undefined) return keeps(line, resourceId);
  if (holder.kind === 'held' && holder.heldUntil !== undefined) return inGrace(line, holder.heldUntil);
  if (holder.kind === 'held') {
    return `The userName ${line.name} belongs to an account that is held (SCIM id ${resourceId}). Release it, then make a new plan.`;
  }
  if (holder.kind === 'conflict') return waits(line, resourceId);
  if (holder.after === undefined || foldString(holder.after.name) !== foldString(line.name)) return undefined;
  return keeps(line, resourceId);
}

const keeps = (line: PlanLine, holderId: string): string =>
  `The userName ${line.name} belongs to another account (SCIM id ${holderId}) that keeps it. Rename one of the two in Entra, then make a new plan.`;

const inGrace = (line: PlanLine, until: string): string =>
  `The userName ${line.name} belongs to a deleted account whose grace period ends ${until}. Wait until then, or set deleteGraceDays to 0, and make a new plan.`;

const waits = (line: PlanLine, holderId: string): string =>
  `The userName ${line.name} gets free only when the conflict of the account that has it (SCIM id ${holderId}) is resolved. Resolve that one first.`;

function circleSentence(circle: readonly Contested[]): string {
  const names = circle.slice(0, 5).map(({ line }) => `${line.before?.name ?? ''} to ${line.name}`);
  return (
    `Accounts exchange their userNames (${names.join(', ')}), which the backend cannot take at once. In Entra, give one of ` +
    'them a userName that nobody has, synchronise, then give it the one it is to have.'
  );
}

function resolvedLine(line: PlanLine, holderId: string, resolution: Resolution | undefined): PlanLine {
  if (resolution === undefined) throw new Error('A contested line was not resolved');
  if ('conflict' in resolution) return { ...line, kind: 'conflict', would: line.kind, sentence: resolution.conflict };
  return { ...line, ...resolution, dependsOn: [...line.dependsOn, holderId] };
}
