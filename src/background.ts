import type { Logger } from 'pino';
import { v7 as newId } from 'uuid';
import { startDelivering, type DeliveryParts } from './alerts/deliver.js';
import { startWatching } from './alerts/watch.js';
import { webhookSender } from './alerts/webhook.js';
import { startPruning } from './activity/pruning.js';
import { createRecorder, type ActivityRecorder } from './activity/recorder.js';
import type { Config } from './config.js';
import { watchLeftovers } from './doctor/leftovers.js';
import { repeatRounds } from './rounds.js';
import type { Storage } from './storage/storage.js';
import type { StoppableSynchronization } from './sync/create-synchronization.js';
import { startShrinking } from './sync/retention/shrink.js';
import { watchRuns } from './sync/recovery/watch-runs.js';
import { RUN_TUNING } from './sync/run/running.js';

/** Writes the activity log, and deletes of it what is old. */
export function keepActivity(
  storage: Storage,
  logger: Logger,
): { readonly recorder: ActivityRecorder; readonly stop: () => Promise<void> } {
  const now = (): Date => new Date();
  const onError = logged(logger, 'activity not written');
  const recorder = createRecorder({ store: storage.activity, now, newId: () => newId(), onError });
  const stopPruning = startPruning({ storage, now }, logged(logger, 'old entries of the activity log not deleted'));
  const stopLooking = watchLeftovers({ storage, now }, logged(logger, 'probes of the doctor not deleted'));
  const stop = async (): Promise<void> => {
    await Promise.all([stopPruning(), stopLooking()]);
    await recorder.stop();
  };
  return { recorder, stop };
}

/** Writes into the log that an error was met, and where. */
export const logged =
  (logger: Logger, what: string) =>
  (error: unknown): void => {
    logger.error({ err: error }, what);
  };

/** Milliseconds between two looks for what imports have left that were killed. */
const IMPORTS_INTERVAL = 300_000;

/** Erases what imports have left that were killed. @returns calls it off */
export const eraseImports = ({ moves }: Storage, logger: Logger): (() => Promise<void>) =>
  repeatRounds((signal) => moves.removeAbandoned(newId(), signal), {
    everyMs: IMPORTS_INTERVAL,
    onError: logged(logger, 'what an import has left not erased'),
  });

/** Shrinks plans that have ended long ago. @returns calls it off */
export function shrinkOldPlans(storage: Storage, { sync }: Config, logger: Logger): () => Promise<void> {
  const parts = { storage, now: () => new Date(), newId: () => newId(), days: sync.retentionDays };
  return startShrinking(parts, logged(logger, 'plans of long ago not shrunk'));
}

/** Looks for companies that need somebody, and tells the webhook of them where there is one. @returns calls it off */
export function watchCompanies(storage: Storage, { alerts, publicUrl }: Config, logger: Logger): () => Promise<void> {
  const { refusalPercent, webhook } = alerts;
  const parts = { storage, now: () => new Date(), newId: () => newId() };
  const stopWatching = startWatching({ ...parts, refusalPercent }, logged(logger, 'not looked for alerts'));
  if (webhook === undefined) return stopWatching;
  const delivery = { ...parts, publicUrl, send: webhookSender(webhook, parts), onFailure: undelivered(logger) };
  const stopDelivering = startDelivering(delivery, logged(logger, 'the webhook not told of alerts'));
  return async () => {
    await Promise.all([stopWatching(), stopDelivering()]);
  };
}

const undelivered =
  (logger: Logger): DeliveryParts['onFailure'] =>
  ({ id, tenantId, kind, attempts }, reason, isGivenUp) => {
    const line = { tenant: tenantId, alertId: id, kind, attempts, reason };
    if (isGivenUp) logger.error(line, 'the webhook was not told of an alert, and is not told any more');
    else logger.warn(line, 'the webhook has not accepted an alert, and is told again');
  };

/** Continues the runs whose processes are gone, now and later. @returns calls it off */
export function keepRunsGoing(synchronization: StoppableSynchronization, logger: Logger): () => Promise<void> {
  return watchRuns(() => synchronization.resumeInterrupted(), {
    everyMs: RUN_TUNING.leaseMs / 3,
    onResumed: ({ run }) => {
      logger.info({ runId: run.id, planId: run.planId }, 'a run was resumed after an interruption');
    },
    onError: logged(logger, 'interrupted runs could not be resumed'),
  });
}
