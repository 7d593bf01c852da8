import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { activityJson } from '../../activity/json.js';
import type { ActivityEntry } from '../../model/activity/entry.js';
import type { ActivityStore } from '../../storage/activity-store.js';
import type { CommandLine } from '../command-line.js';
import { activityRow } from './list.js';
import { addActivityCommand, onActivity, queryOf, withFilters, type FilterOptions } from './options.js';

/** Milliseconds between two looks. */
const INTERVAL = 1_000;
/** Entries that are shown of one look at most. */
const PAGE = 200;
/** Milliseconds in which an entry may be written after one with a later id, by another process. */
const LATE = 2_000;

/** Adds `activity watch`, which prints entries as they come until SIGINT or SIGTERM. */
export function addActivityWatch(parent: Command, cli: CommandLine): void {
  withFilters(addActivityCommand(parent, 'watch', 'print what Entra asks for as it comes, until Ctrl+C')).action(
    (options: FilterOptions) => {
      const begun = Date.now();
      return onActivity(cli, options, ({ storage, tenant }) =>
        watch(cli, options, begun, (from, shown) =>
          newEntries(storage.activity, tenant.id, { ...options, since: from }, shown),
        ),
      );
    },
  );
}

async function watch(
  { terminal }: CommandLine,
  { json }: FilterOptions,
  begun: number,
  look: (from: string, shown: Map<string, number>) => Promise<readonly ActivityEntry[]>,
): Promise<void> {
  const stopping = new AbortController();
  const stopped = terminal.stopRequested().then(() => {
    stopping.abort();
  });
  const shown = new Map<string, number>();
  while (!stopping.signal.aborted) {
    const from = new Date(Math.max(begun, Date.now() - LATE - INTERVAL)).toISOString();
    for (const entry of await look(from, shown)) {
      terminal.print(json === true ? JSON.stringify(activityJson(entry)) : activityRow(entry).join('\t'));
    }
    await Promise.race([stopped, sleep(INTERVAL)]);
  }
}

/** The entries that have not been shown, the oldest first; forgets those that are too old to come again. */
async function newEntries(
  store: ActivityStore,
  tenantId: string,
  options: FilterOptions,
  shown: Map<string, number>,
): Promise<readonly ActivityEntry[]> {
  const { entries } = await store.page(tenantId, { ...queryOf(options), limit: PAGE });
  const fresh = entries.filter(({ id }) => !shown.has(id)).reverse();
  const now = Date.now();
  for (const { id } of fresh) shown.set(id, now);
  for (const [id, at] of shown) if (at < now - 10 * LATE) shown.delete(id);
  return fresh;
}
