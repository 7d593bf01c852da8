import type { PlanLine } from '../../model/line.js';
import { foldString } from '../../protocol/search-form.js';

/** What the account that has a name will do with it. */
export type Fate = 'frees' | 'keeps' | 'held' | 'conflict' | { readonly graceUntil: string };

/** An account that wants a userName which another account of the backend has. */
export interface Contested {
  readonly resourceId: string;
  /** The userName that it wants. */
  readonly name: string;
  /** The userName that the backend has for it; undefined if it has none yet. */
  readonly from: string | undefined;
  readonly holder: { readonly resourceId: string; readonly fate: Fate };
}

/** When a contested line can be applied: behind the one that frees the name, or not at all. */
export type Resolution =
  | { readonly wave: number; readonly dependsOn: readonly string[]; readonly atomicGroup?: string }
  | { readonly conflict: string };

/**
 * Puts the accounts that wait for each other's userNames in order: whoever frees a name comes before whoever wants it. Where
 * names go round in a circle, the lines go in one batch that the backend takes as a whole, if it can. Pure; linear in the
 * number of accounts.
 * @param contested all of a plan
 * @param largestBatch how many lines the backend takes in one batch as a whole
 * @returns by resource id
 */
export function resolveNames(contested: readonly Contested[], largestBatch: number): ReadonlyMap<string, Resolution> {
  const byId = new Map(contested.map((one) => [one.resourceId, one]));
  const resolved = new Map<string, Resolution>();
  for (const one of contested) resolveFrom(one, byId, resolved, largestBatch);
  return resolved;
}

/** What the holder of a name does with it, as its own line in the plan says; without a line it changes nothing. */
export function fateOf(name: string, holder: PlanLine | undefined): Fate {
  if (holder === undefined) return 'keeps';
  if (holder.heldUntil !== undefined) return { graceUntil: holder.heldUntil };
  if (holder.kind === 'held') return 'held';
  if (holder.kind === 'conflict') return 'conflict';
  if (holder.after === undefined || foldString(holder.after.name) !== foldString(name)) return 'frees';
  return 'keeps';
}

/** Follows who waits for whom until something is known, then resolves backwards along the way. */
function resolveFrom(
  start: Contested,
  byId: ReadonlyMap<string, Contested>,
  resolved: Map<string, Resolution>,
  largestBatch: number,
): void {
  const way: Contested[] = [];
  const positions = new Map<string, number>();
  let at: Contested | undefined = start;
  while (at !== undefined && !resolved.has(at.resourceId) && !positions.has(at.resourceId)) {
    positions.set(at.resourceId, way.length);
    way.push(at);
    at = byId.get(at.holder.resourceId);
  }
  const met = at === undefined ? undefined : positions.get(at.resourceId);
  const circle = met === undefined ? [] : way.splice(met);
  for (const one of circle) resolved.set(one.resourceId, circular(one, circle, largestBatch));
  for (const one of way.reverse()) resolved.set(one.resourceId, behind(one, resolved.get(one.holder.resourceId)));
}

function circular(one: Contested, circle: readonly Contested[], largestBatch: number): Resolution {
  if (circle.length > largestBatch) return { conflict: circleSentence(circle) };
  const [atomicGroup = one.resourceId] = circle.map(({ resourceId }) => resourceId).sort();
  return { wave: 0, dependsOn: [], atomicGroup };
}

function behind({ name, holder }: Contested, before: Resolution | undefined): Resolution {
  if (before !== undefined && 'conflict' in before) return { conflict: waits(name, holder.resourceId) };
  if (holder.fate !== 'frees') return { conflict: whyKept(name, holder) };
  return { wave: (before?.wave ?? 0) + 1, dependsOn: [holder.resourceId] };
}

function whyKept(name: string, { resourceId, fate }: Contested['holder']): string {
  if (typeof fate === 'object') {
    return `The userName ${name} belongs to a deleted account whose grace period ends ${fate.graceUntil}. Wait until then, or set deleteGraceDays to 0, and make a new plan.`;
  }
  if (fate === 'held') {
    return `The userName ${name} belongs to an account that is held (SCIM id ${resourceId}). Release it, then make a new plan.`;
  }
  if (fate === 'conflict') return waits(name, resourceId);
  return `The userName ${name} belongs to another account (SCIM id ${resourceId}) that keeps it. Rename one of the two in Entra, then make a new plan.`;
}

const waits = (name: string, holderId: string): string =>
  `The userName ${name} becomes free only when the conflict of the account that has it (SCIM id ${holderId}) is resolved. Resolve that one first.`;

function circleSentence(circle: readonly Contested[]): string {
  const names = circle.slice(0, 5).map(({ name, from }) => `${from ?? ''} becomes ${name}`);
  return (
    `Accounts exchange their userNames (${names.join(', ')}), which the backend cannot apply in one step. In Entra, give one of ` +
    'them a userName that nobody has, synchronize, then give it its final userName.'
  );
}
