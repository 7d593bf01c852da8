import { v7 as newId } from 'uuid';
import type { Config } from '../../config.js';
import type { Storage } from '../../storage/storage.js';
import { createBackend } from '../backends/create-backend.js';
import { createSynchronization, type StoppableSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';

/** The use cases of the review-and-apply workflow as a configuration has them, but that a run pauses at once. */
export function testSynchronization(storage: Storage, { sync }: Pick<Config, 'sync'>): StoppableSynchronization {
  return createSynchronization({
    storage,
    backend: createBackend(sync.backend, storage.tenants),
    now: () => new Date(),
    newId: () => newId(),
    tuning: { ...RUN_TUNING, pollMs: 20, graceMs: 50, cancelMs: 1_000 },
  });
}
