import { repeatRounds, rest, type RoundOptions } from '../rounds.js';
import type { NamedAlert } from '../storage/alerts/alert-store.js';
import { pageSize } from '../storage/page-size.js';
import type { Storage } from '../storage/storage.js';
import { messageOf } from './message.js';
import type { SendMessage } from './webhook.js';

/** What telling the webhook works with. */
export interface DeliveryParts {
  readonly storage: Pick<Storage, 'alerts'>;
  readonly send: SendMessage;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly publicUrl: string;
  /** Told of each attempt that failed. */
  readonly onFailure: (alert: NamedAlert, reason: string, isGivenUp: boolean) => void;
}

/** Milliseconds between two looks for what is to be told, on average. */
const INTERVAL = 10_000;

/** Messages that are sent at the same time; the lease is longer than an attempt. */
const MESSAGES = pageSize(10);
const LEASE = 60_000;

/** Milliseconds until the second attempt, and the longest between two; each pause is twice the one before. */
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 3_600_000;

/** Attempts for one message: they take about a day. */
const ATTEMPTS = 30;

/** Tells the webhook of alerts, now and later. @returns calls it off */
export function startDelivering(parts: DeliveryParts, onError: (error: unknown) => void): () => Promise<void> {
  return repeatRounds((signal) => deliver(parts, { signal }), { everyMs: INTERVAL, onError });
}

/**
 * Sends what is due. Each message is sent by one process at a time; where that one ends before it has noted the outcome, another
 * sends it again, with the same id. It ends early where nothing is accepted.
 */
export async function deliver(
  parts: DeliveryParts,
  round: { readonly signal: AbortSignal; readonly wait?: RoundOptions['wait'] },
): Promise<void> {
  const { now, newId, storage } = parts;
  const isOver = (): boolean => round.signal.aborted;
  while (!isOver()) {
    const begun = performance.now();
    const [owner, at] = [newId(), now()];
    const leaseUntil = new Date(at.getTime() + LEASE).toISOString();
    const claimed = await storage.alerts.messages.claim(owner, at.toISOString(), leaseUntil, MESSAGES.items);
    const told = await Promise.allSettled(claimed.map((alert) => tell(parts, alert, owner, round.signal)));
    const fault = told.find(({ status }) => status === 'rejected');
    if (fault?.status === 'rejected') throw fault.reason;
    const isAccepting = told.some((one) => one.status === 'fulfilled' && one.value);
    if (claimed.length < MESSAGES.items || !isAccepting) return;
    await rest(performance.now() - begun, round);
  }
}

/** @returns whether the webhook has accepted it; where the server ends meanwhile, the lease ends by itself */
async function tell(
  { storage, send, now, publicUrl, onFailure }: DeliveryParts,
  alert: NamedAlert,
  owner: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { messages } = storage.alerts;
  const refused = await send(messageOf(alert, publicUrl), signal).catch((error: unknown) => {
    if (signal.aborted) return 'over' as const;
    throw error;
  });
  if (refused === 'over') return false;
  if (refused === undefined) {
    await messages.told(alert, owner, now().toISOString());
    return true;
  }
  const isGivenUp = alert.attempts >= ATTEMPTS;
  const pause = Math.max(refused.retryAfter, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (alert.attempts - 1)));
  const due = isGivenUp ? undefined : new Date(now().getTime() + pause).toISOString();
  await messages.failed(alert, owner, refused.reason, due);
  onFailure(alert, refused.reason, isGivenUp);
  return false;
}
