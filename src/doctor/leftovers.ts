import { PROBE_LEASE, PROBE_PREFIX } from '../model/resource.js';
import { parseFilter } from '../protocol/filter/parse-filter.js';
import { USER } from '../protocol/schemas/resource-types.js';
import type { Storage } from '../storage/storage.js';

/** What removes the probes that a doctor has left behind that was stopped. */
export interface Leftovers {
  /** Looks once, and deletes the probes whose lease has ended. @returns how many */
  once(): Promise<number>;
  stop(): Promise<void>;
}

const INTERVAL = 300_000;
const TENANTS = 100;
const PROBES = 50;

/** Looks every five minutes. Any server on the database may do so: a probe is deleted once. */
export function watchLeftovers({
  storage,
  now,
  onError,
}: {
  readonly storage: Pick<Storage, 'tenants' | 'directory' | 'write'>;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}): Leftovers {
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const filter = parseFilter(`userName sw "${PROBE_PREFIX}"`, USER);

  async function removeOf(tenantId: string): Promise<number> {
    const at = now();
    const ended = new Date(at.getTime() - PROBE_LEASE).toISOString();
    const { resources } = await storage.directory(tenantId).list({ type: 'User', filter, offset: 0, limit: PROBES });
    const old = resources.filter(({ created }) => created <= ended);
    for (const { id } of old)
      await storage.write(tenantId, (directory) => directory.remove('User', id, at.toISOString()));
    return old.length;
  }

  async function once(): Promise<number> {
    let removed = 0;
    let after: string | undefined;
    do {
      const tenants = await storage.tenants.listTenants(after, TENANTS);
      for (const { id } of tenants) {
        if (!stopped) removed += await removeOf(id);
      }
      after = tenants.length === TENANTS ? tenants.at(-1)?.id : undefined;
    } while (after !== undefined && !stopped);
    return removed;
  }

  const timer = setInterval(() => {
    running = running.then(once).catch(onError);
  }, INTERVAL);
  timer.unref();
  return {
    once,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
