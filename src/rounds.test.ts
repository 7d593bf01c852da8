import { expect, it } from 'vitest';
import type { Tenant } from './model/tenant.js';
import { repeatRounds, visitTenants } from './rounds.js';

it('rounds begin after a pause, one after the other, and the next is made where one failed', async () => {
  const log: string[] = [];
  let rounds = 0;
  const stop = repeatRounds(
    async () => {
      log.push(`round ${(rounds += 1)} begins`);
      await Promise.resolve();
      if (rounds === 1) throw new Error('The database is away.');
      log.push(`round ${rounds} ends`);
    },
    {
      everyMs: 1_000,
      onError: (error) => log.push(String(error)),
      random: () => 0.25,
      wait: async (milliseconds, signal) => {
        log.push(`pause of ${milliseconds}`);
        if (rounds === 2) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
  );
  await expect.poll(() => log.length).toBe(7);
  await stop();
  expect(log).toEqual([
    ...['pause of 750', 'round 1 begins', 'Error: The database is away.'],
    ...['pause of 750', 'round 2 begins', 'round 2 ends', 'pause of 750'],
  ]);
});

const IDS = ['a', 'b', 'c', 'd', 'e'];

/** Lists tenants as the store does, and notes what was asked for. */
const listed = (log: string[]) => ({
  listTenants: (after: string | undefined, limit: number) => {
    log.push(`list after ${after}`);
    const ids = IDS.filter((id) => id > (after ?? '')).slice(0, limit);
    return Promise.resolve(ids.map((id) => ({ id }) as Tenant));
  },
});

it('a round over all tenants visits each once, and rests behind each page for as long as the page took, or a moment', async () => {
  const log: string[] = [];
  const pauses: number[] = [];
  const visit = async (id: string): Promise<void> => {
    log.push(id);
    if (id === 'c') await new Promise((resolve) => setTimeout(resolve, 80));
  };
  await visitTenants(listed(log), visit, {
    ...{ signal: new AbortController().signal, page: 2 },
    wait: (milliseconds) => {
      log.push('rest');
      return Promise.resolve(pauses.push(milliseconds));
    },
  });
  const pages = [
    ['list after undefined', 'a', 'b', 'rest'],
    ['list after b', 'c', 'd', 'rest'],
    ['list after d', 'e'],
  ];
  expect(log).toEqual(pages.flat());
  expect(pauses.map((pause) => pause >= 50)).toEqual([true, true]);
  expect(pauses[1]).toBeGreaterThan(75);
});

it('a round over all tenants ends before the next tenant when it is called off', async () => {
  const log: string[] = [];
  const over = new AbortController();
  const visit = (id: string): Promise<void> => {
    log.push(id);
    if (id === 'c') over.abort();
    return Promise.resolve();
  };
  await visitTenants(listed(log), visit, { signal: over.signal, page: 2, wait: () => Promise.resolve() });
  expect(log).toEqual(['list after undefined', 'a', 'b', 'list after b', 'c']);
});
