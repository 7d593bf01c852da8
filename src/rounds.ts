import { setTimeout as sleep } from 'node:timers/promises';
import { pageSize } from './storage/page-size.js';
import type { TenantStore } from './storage/storage.js';

/** How work that is done again and again is timed. */
export interface RoundOptions {
  /** Whether the first round is made at once, and not after a pause. */
  readonly atOnce?: boolean;
  /** Milliseconds between two rounds, on average: each pause is half to one and a half of it, so that processes take turns. */
  readonly everyMs: number;
  /** Told when a round failed; the next one is made all the same. */
  readonly onError: (error: unknown) => void;
  /** From 0 to 1, without 1. */
  readonly random?: () => number;
  /** Waits, or less long where the signal is aborted; tests have a clock of their own. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

const waitAtMost = (milliseconds: number, signal: AbortSignal): Promise<unknown> =>
  sleep(milliseconds, undefined, { signal, ref: false });

/**
 * Makes a round again and again. The pause begins when a round has ended, so that no two are under way in a process.
 * @param round gets a signal that is aborted when it is to end early
 * @returns calls it off, and resolves when no round is in progress any more
 */
export function repeatRounds(
  round: (signal: AbortSignal) => Promise<unknown>,
  { everyMs, atOnce = false, onError, random = Math.random, wait = waitAtMost }: RoundOptions,
): () => Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const makeRound = async (): Promise<void> => {
    if (!signal.aborted) await round(signal).catch(onError);
  };
  const repeating = (async () => {
    if (atOnce) await makeRound();
    while (!signal.aborted) {
      await wait(everyMs * (0.5 + random()), signal).catch(() => undefined);
      await makeRound();
    }
  })();
  return async () => {
    over.abort();
    await repeating;
  };
}

/** Tenants that are read at a time, and the least pause in milliseconds behind them. */
const TENANTS = pageSize(100);
const PAUSE = 50;

/** How a round over all tenants is made. */
export interface TenantRoundOptions {
  /** Ends it before the next tenant. */
  readonly signal: AbortSignal;
  /** Tenants that are read at a time. */
  readonly page?: number;
  readonly wait?: RoundOptions['wait'];
}

/**
 * Visits every tenant. Behind each page of them it rests for as long as the page has taken, so that a round takes at most half of
 * what one connection can do, however many tenants there are.
 */
export async function visitTenants(
  tenants: Pick<TenantStore, 'listTenants'>,
  visit: (tenantId: string) => Promise<unknown>,
  { signal, page = TENANTS.items, wait = waitAtMost }: TenantRoundOptions,
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  let after: string | undefined;
  while (!isOver()) {
    const begun = performance.now();
    const listed = await tenants.listTenants(after, page);
    for (const { id } of listed) {
      if (!isOver()) await visit(id);
    }
    after = listed.at(-1)?.id;
    if (listed.length < page) return;
    await rest(performance.now() - begun, { signal, wait });
  }
}

/** Rests for as long as some work has taken, and a moment at least; requests get their turn meanwhile. */
export async function rest(
  milliseconds: number,
  { signal, wait = waitAtMost }: Pick<TenantRoundOptions, 'signal' | 'wait'>,
): Promise<void> {
  await wait(Math.max(PAUSE, milliseconds), signal).catch(() => undefined);
}
