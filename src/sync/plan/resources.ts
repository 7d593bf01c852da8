import { noteAsking } from '../recovery/plans-in-progress.js';
import type { Hold } from '../../model/hold.js';
import { SUBJECT_OF } from '../../model/subject.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { compileMapping } from './attribute-mapping.js';
import { decide, type DraftLine, type Resource } from './decide.js';
import { desiredAccount, desiredGroup, type Desired } from './desired.js';
import { isHeld, NOT_STAGED } from './holds.js';
import type { LineWriter } from './lines.js';
import { pairsOf, type Pair } from './pairs.js';
import { AT_A_TIME, type Draft } from './planning.js';
import { findRehired, type Rehired } from './rehired.js';

type Desire = (pair: Pick<Pair, 'staged' | 'mirror'>) => Desired;

const NOBODY: Rehired = { formerOf: new Map(), leavers: new Set() };

/**
 * Writes the lines of all users or of all groups, in one pass over both sides.
 * @param onLines is shown them as well
 * @returns how many need no line
 * @throws BackendUnavailable if the backend cannot be asked what it has
 */
export async function planResources(
  draft: Draft,
  type: ResourceTypeName,
  writer: LineWriter,
  onLines?: (lines: readonly DraftLine[]) => Promise<void>,
): Promise<number> {
  const desire = desireOf(draft, type);
  let unchanged = 0;
  for await (const pairs of pairsBetween(draft, type)) {
    draft.planning.stopping?.throwIfAborted();
    const different = pairs.filter((pair) => !isAsDelivered(pair, draft.inForce.revision));
    const rehired = type === 'User' ? await findRehired(draft, different, desire) : NOBODY;
    for (const [userId, { resourceId }] of rehired.formerOf) draft.rehired.set(resourceId, userId);
    const left = different.filter(({ id }) => !rehired.leavers.has(id));
    const resources = await known(draft, type, left, { desire, rehired });
    const lines = resources.map(decide).filter((line) => line !== undefined);
    unchanged += pairs.length - (different.length - left.length) - lines.length;
    await Promise.all([writer.add(lines), onLines?.(lines)]);
  }
  return unchanged;
}

function pairsBetween({ reader }: Draft, type: ResourceTypeName): AsyncGenerator<readonly Pair[]> {
  return pairsOf(
    (after) => reader.staged.page(type, after, AT_A_TIME.items),
    (after) => reader.mirror.page(type, after, AT_A_TIME.items),
    AT_A_TIME.items,
  );
}

/** What the backend is to have of a user or a group, as the draft's policy says. */
export function desireOf({ inForce: { policy }, user, now }: Draft, type: ResourceTypeName): Desire {
  if (type === 'Group') return ({ staged }) => desiredGroup(staged);
  const mapping = compileMapping(policy.attributes, user);
  return ({ staged, mirror }) => desiredAccount(staged, mirror, { policy, mapping, now });
}

/** Nothing has changed since the backend acknowledged it: neither the resource nor how it is passed on. */
function isAsDelivered({ staged, mirror }: Pair, policyRevision: number): boolean {
  return staged !== undefined && mirror?.stagedVersion === staged.version && mirror.policyRevision === policyRevision;
}

async function known(
  draft: Draft,
  type: ResourceTypeName,
  pairs: readonly Pair[],
  { desire, rehired }: { readonly desire: Desire; readonly rehired: Rehired },
): Promise<readonly Resource[]> {
  if (pairs.length === 0) return [];
  const subject = SUBJECT_OF[type];
  const desired = pairs.map((pair) => ({ ...pair, desired: desire(pair) }));
  const ids = pairs.map(({ id }) => id);
  const holds = await draft.reader.holds.of(subject, ids);
  const holdOf = new Map(holds.map((hold): [string, Hold] => [hold.resourceId, hold]));
  // The backend is asked nothing about whom somebody holds.
  const isFree = ({ id, staged }: Pair): boolean => {
    const hold = holdOf.get(id);
    const isHeldBack = hold !== undefined && isHeld(hold, staged ?? NOT_STAGED, draft.now);
    return !isHeldBack && !rehired.formerOf.has(id);
  };
  const matches = await draft.matching.of(draft, type, desired.filter(isFree), () => noteAsking(draft));
  return desired.map((one) => ({
    ...one,
    subject,
    hold: holdOf.get(one.id),
    matches: matches.get(one.id) ?? [],
    former: rehired.formerOf.get(one.id),
    policyRevision: draft.inForce.revision,
    now: draft.now,
  }));
}
