import { repeatRounds, rest } from '../rounds.js';
import { pageSize } from '../storage/page-size.js';
import { PROBE_LEASE, type Probe } from '../model/resource.js';
import type { Storage } from '../storage/storage.js';

/** What looking for probes works with. */
interface LeftoverParts {
  readonly storage: Pick<Storage, 'probes' | 'write'>;
  readonly now: () => Date;
  /** Probes that are read at a time. */
  readonly page?: number;
}

/** Milliseconds between two looks. */
const INTERVAL = 300_000;
const PROBES = pageSize(50);

/**
 * Deletes the probes that an interrupted doctor has left behind; looks for them about every five minutes. Any server on the database may
 * do so: a probe is deleted once.
 * @returns calls it off
 */
export function watchLeftovers(parts: LeftoverParts, onError: (error: unknown) => void): () => Promise<void> {
  return repeatRounds((signal) => deleteLeftovers(parts, signal), { everyMs: INTERVAL, onError });
}

/** Deletes the probes whose lease has ended. @returns how many */
export async function deleteLeftovers(
  { storage, now, page = PROBES.items }: LeftoverParts,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const isOver = (): boolean => signal.aborted;
  const at = now();
  const ended = new Date(at.getTime() - PROBE_LEASE).toISOString();
  let deleted = 0;
  let after: Probe | undefined;
  while (!isOver()) {
    const probes = await storage.probes(ended, after, page);
    for (const { tenantId, id } of probes) {
      if (isOver()) break;
      const isDeleted = await storage.write(tenantId, (directory) => directory.remove('User', id, at.toISOString()));
      if (isDeleted) deleted += 1;
    }
    if (probes.length < page) break;
    after = probes.at(-1);
    await rest(0, { signal });
  }
  return deleted;
}
