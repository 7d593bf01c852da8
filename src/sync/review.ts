import type { AuditEntry } from '../model/audit.js';
import type { Hold, HoldTarget } from '../model/hold.js';
import type { Plan } from '../model/plan.js';
import type { JsonObject } from '../protocol/json.js';
import { conflict, invalidValue, notFound, type ScimError } from '../protocol/scim-error.js';
import { foldString } from '../protocol/search-form.js';
import { textProblem } from '../protocol/text.js';
import type { SyncReader, SyncStorage, SyncWriter } from '../storage/sync-store.js';
import type { AuditAction } from './audit-actions.js';
import type { HoldCause } from './holding.js';
import { keepConfirmed } from './links/confirmed.js';
import { digestOf } from './plan/holds.js';

/** What reviewing needs. */
export interface Review {
  readonly storage: SyncStorage;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
}

/** What an entry of the audit trail says besides when. */
type Noted = Omit<AuditEntry, 'id' | 'at' | 'detail' | 'action'> & {
  readonly action: AuditAction;
  readonly detail?: JsonObject;
};

/** @throws ScimError 400 `invalidValue` for a name that is empty: the audit trail says who did what */
export function checkBy(by: string): void {
  if (by.trim() === '') throw invalidValue('"by" takes the name of who does it, for the audit trail; it is empty.');
}

/** Adds an entry to the audit trail. @throws ScimError 400 `invalidValue` (of the promise) for an empty name */
export async function note(review: Pick<Review, 'now' | 'newId'>, sync: SyncWriter, noted: Noted): Promise<void> {
  checkBy(noted.by);
  await sync.audit.append([{ detail: {}, ...noted, id: review.newId(), at: review.now().toISOString() }]);
}

/** Holds a resource or a membership: its lines become `held` in later plans, and are skipped in those that are applied. */
export function hold(
  review: Review,
  tenantId: string,
  target: HoldTarget,
  { by, reason, until, untilChanged = false }: HoldCause,
): Promise<Hold> {
  return review.storage.writeSync(tenantId, async (sync) => {
    const held: Hold = {
      ...target,
      ...{ by, reason, at: review.now().toISOString() },
      ...(until === undefined ? {} : { until }),
      ...(untilChanged ? await stagedNow(sync, target) : {}),
    };
    await sync.holds.put([held]);
    // Whoever holds it may doubt the link: it is confirmed anew once it is released.
    await sync.confirmedLinks.remove([target]);
    await note(review, sync, {
      by,
      action: 'hold.put',
      resourceId: target.resourceId,
      detail: detailOf(target, reason),
    });
    return held;
  });
}

/** What is staged of a target by now, for a hold that ends when Entra changes it. */
async function stagedNow(
  sync: SyncReader,
  { subject, resourceId, memberId }: HoldTarget,
): Promise<Pick<Hold, 'untilVersionMoves' | 'stagedDigest'>> {
  if (memberId !== undefined) {
    const [membership] = await sync.staged.memberships([{ groupId: resourceId, memberId }]);
    return { untilVersionMoves: membership?.version ?? 0 };
  }
  const item = (await sync.staged.byIds(subject === 'group' ? 'Group' : 'User', [resourceId])).get(resourceId);
  const group = subject === 'group' && item !== undefined ? { stagedDigest: digestOf(item.document) } : {};
  return { untilVersionMoves: item?.version ?? 0, ...group };
}

/** @throws ScimError 404 if nothing is held */
export async function release(review: Review, tenantId: string, target: HoldTarget, by: string): Promise<void> {
  await review.storage.writeSync(tenantId, async (sync) => {
    if ((await sync.holds.remove([target])).length === 0) throw notFound('It is not held.');
    await note(review, sync, { by, action: 'hold.released', resourceId: target.resourceId, detail: detailOf(target) });
  });
}

function detailOf({ subject, memberId }: HoldTarget, reason?: string): JsonObject {
  return {
    subject,
    ...(memberId === undefined ? {} : { memberId }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/**
 * The user or group that a person names by its SCIM id, or the user by its userName; staged, or only mirrored.
 * @param findUser the id of the staged user with that userName
 * @throws ScimError 404 if there is none
 */
export async function findTarget(
  reader: SyncReader,
  named: string,
  findUser: (userName: string) => Promise<string | undefined>,
): Promise<HoldTarget> {
  if (textProblem(named) !== undefined) throw nobody(named);
  const id = named.toLowerCase();
  const [user, group, account, mirroredGroup] = await Promise.all([
    reader.staged.byIds('User', [id]),
    reader.staged.byIds('Group', [id]),
    reader.mirror.byIds('User', [id]),
    reader.mirror.byIds('Group', [id]),
  ]);
  if (user.has(id) || account.has(id)) return { subject: 'account', resourceId: id };
  if (group.has(id) || mirroredGroup.has(id)) return { subject: 'group', resourceId: id };
  const staged = await findUser(named);
  const folded = foldString(named);
  const resourceId = staged ?? (await reader.mirror.byNames([folded])).get(folded)?.resourceId;
  if (resourceId !== undefined) return { subject: 'account', resourceId };
  throw nobody(named);
}

const nobody = (named: string): ScimError =>
  notFound(`There is no user with the id or userName "${named.slice(0, 200)}", and no group with that id.`);

/** @throws ScimError 409 if the plan is not open or the line needs no confirmation, 404 if there is no such plan */
export async function confirmLink(
  review: Review,
  tenantId: string,
  { plan, number, by }: { plan: Plan; number: number; by: string },
): Promise<void> {
  await review.storage.writeSync(tenantId, async (sync) => {
    const state = (await sync.plans.find(plan.id))?.state ?? plan.state;
    if (state !== 'open') throw conflict(`The plan is ${state}; only lines of an open plan can be confirmed.`);
    if (!(await sync.lines.confirm(plan.id, number, by))) {
      throw conflict(`The plan has no line ${number} that needs a confirmation.`);
    }
    const [line] = await sync.lines.numbered(plan.id, [number]);
    await keepConfirmed(sync, line === undefined ? [] : [line], by);
    const about = line === undefined ? {} : { resourceId: line.resourceId };
    await note(review, sync, { by, action: 'line.confirmed', planId: plan.id, ...about, detail: { number } });
  });
}

/**
 * Discards an open plan, or one whose process crashed while it was made.
 * @throws ScimError 409 if the plan is being applied, was applied, or has been discarded
 */
export async function discard(review: Review, tenantId: string, plan: Plan, by: string): Promise<void> {
  await review.storage.writeSync(tenantId, async (sync) => {
    const moved =
      (await sync.plans.move(plan.id, 'open', 'discarded')) || (await sync.plans.move(plan.id, 'making', 'discarded'));
    if (!moved)
      throw conflict('This plan cannot be discarded: it is being applied, was applied, or has already been discarded.');
    const matching = plan.state === 'making' ? plan.matching : undefined;
    const detail = matching === undefined ? {} : { matching: { ...matching } };
    await note(review, sync, { by, action: 'plan.discarded', planId: plan.id, detail });
  });
}
