import { setTimeout as sleep } from 'node:timers/promises';

/** How often the clock is read, and how much of the time between two readings counts, in milliseconds. */
const TICK = 10;
const MOST_A_TICK = 50;

/**
 * Does a piece of work.
 * @returns the milliseconds that it took, less those in which a busy machine let this process do nothing: the clock is read
 *   every 10 ms, and of a reading that comes late 50 ms count. What the process itself computes counts whole
 */
export async function ownTime(work: () => unknown): Promise<number> {
  const computed = process.cpuUsage();
  let counted = 0;
  let read = performance.now();
  const count = (): void => {
    const now = performance.now();
    counted += Math.min(now - read, MOST_A_TICK);
    read = now;
  };
  const timer = setInterval(count, TICK);
  try {
    await work();
  } finally {
    clearInterval(timer);
    count();
  }
  return Math.max(counted, millisecondsOf(process.cpuUsage(computed)));
}

/**
 * Does a piece of work that nothing waits for.
 * @returns the milliseconds of the processor that this process spent on it
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  return millisecondsOf(process.cpuUsage(before));
}

/**
 * How many times as long as a small input a large one takes of the processor: the least of several attempts, since garbage of
 * earlier work is collected now and then.
 */
export async function growthOf(small: () => unknown, large: () => unknown): Promise<number> {
  const attempts: [number, number][] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    attempts.push([await processorTime(small), await processorTime(large)]);
    await sleep(0);
  }
  const least = (which: 0 | 1): number => Math.min(...attempts.map((pair) => pair[which]));
  return least(1) / least(0);
}

const millisecondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;
