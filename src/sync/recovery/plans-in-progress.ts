import { pageSize } from '../../storage/page-size.js';
import type { SyncWriter } from '../../storage/sync-store.js';
import { conflict } from '../../protocol/scim-error.js';
import { note } from '../review.js';
import type { Draft, Planning } from '../plan/planning.js';

/** How long a plan is believed to be in the making without a word of its process, and how often the process renews that. */
const [LEASE_MS, RENEWED_MS] = [120_000, 30_000];

/** How many plans of processes that are gone are discarded at a time. */
const AT_ONCE = pageSize(20);

/** Until when a plan is believed to be in the making from now on. */
export const makingUntil = ({ now }: Pick<Planning, 'now'>): string =>
  new Date(now().getTime() + LEASE_MS).toISOString();

/**
 * Notes again and again that a plan is being made.
 * @returns ends it
 */
export function keepMaking(draft: Draft): () => void {
  // Where that fails, another process may take the plan for given up; it cannot be frozen then.
  const timer = setInterval(() => void renew(draft).catch(() => undefined), RENEWED_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/**
 * Notes what is about to be sent to the backend, before it is: whoever looks at the plan after its process was killed reads that.
 * @throws ScimError 409 if the plan was discarded meanwhile
 */
export async function noteAsking(draft: Draft): Promise<void> {
  if (!(await renew(draft))) throw conflict('The plan was discarded while it was being made. Make a new one.');
}

const renew = ({ planning, tenantId, planId, matching: { matching } }: Draft): Promise<boolean> =>
  planning.storage.writeSync(tenantId, (sync) =>
    sync.plans.keepMaking(planId, {
      makingUntil: makingUntil(planning),
      ...(matching === undefined ? {} : { matching }),
    }),
  );

/** Discards plans whose process was killed while it made them; the audit trail says what the backend was sent for them. */
export async function discardInterrupted(planning: Planning, sync: SyncWriter): Promise<void> {
  for (const { id, matching } of await sync.plans.interrupted(planning.now().toISOString(), AT_ONCE.items)) {
    await sync.plans.move(id, 'making', 'discarded');
    const asked = matching === undefined ? {} : { matching: { ...matching } };
    const detail = { reason: 'Its process ended while it was being made.', ...asked };
    await note(planning, sync, { by: 'FlexWhere SCIM, after a crash', action: 'plan.failed', planId: id, detail });
  }
}
