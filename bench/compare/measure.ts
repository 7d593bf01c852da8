import type { Asked, Client } from './client.js';
import type { Workload, World } from './workloads.js';

/** A server that runs, with what its workloads need. */
export interface Subject {
  readonly name: string;
  readonly client: Client;
  readonly world: World;
  /** Milliseconds of CPU time so far. */
  readonly cpu: () => number;
}

/** What a workload costs a server: medians of the rounds. */
export interface Cost {
  /** Microseconds of CPU time a request. */
  readonly cpu: number;
  /** By how much the rounds differ, as a share of the median. */
  readonly spread: number;
  /** Milliseconds until an answer was there. */
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

/** Why a server has no figure. */
export interface Unable {
  readonly unable: string;
}

/** How many requests are sent before anything is measured, as far as they take no longer than a slice. */
const WARM_UP = 50;

/** A request that takes longer than so many milliseconds has no place in a comparison. */
const TOO_LONG = 3_000;

/** How a workload is measured. */
export interface Slices {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly concurrency: number;
}

interface Slice {
  readonly cpu: number;
  readonly times: readonly number[];
  readonly perSecond: number;
}

/** Measures a workload on all servers, each a slice of time after the other, round after round. */
export async function measure(
  workload: Workload,
  subjects: readonly Subject[],
  slices: Slices,
): Promise<ReadonlyMap<string, Cost | Unable>> {
  const outcomes = new Map<string, Cost | Unable>();
  const able: { subject: Subject; next: () => Asked; slices: Slice[] }[] = [];
  for (const subject of subjects) {
    const next = requestsOf(workload, subject.world);
    const unable = await warmUp(subject, workload, next, slices);
    if (unable === undefined) able.push({ subject, next, slices: [] });
    else outcomes.set(subject.name, { unable });
  }
  for (let round = 0; round < slices.rounds; round += 1) {
    for (const one of able) one.slices.push(await runSlice(one.subject, one.next, slices));
  }
  for (const { subject, slices: measured } of able) outcomes.set(subject.name, costOf(measured));
  return outcomes;
}

function requestsOf({ request }: Workload, world: World): () => Asked {
  let index = 0;
  return () => request(world, index++);
}

/** Says why the workload cannot be measured, if it cannot. */
async function warmUp(
  { client, world }: Subject,
  { members }: Workload,
  next: () => Asked,
  { sliceMs }: Slices,
): Promise<string | undefined> {
  if (members !== undefined && !world.groups.has(members)) return 'refused to create such a group';
  const end = performance.now() + sliceMs;
  for (let sent = 0; sent < WARM_UP && (sent < 2 || performance.now() < end); sent += 1) {
    const { status, milliseconds } = await client.send(next());
    if (status >= 300) return `answers ${status}`;
    if (milliseconds > TOO_LONG) return `takes more than ${TOO_LONG / 1_000} s`;
  }
  return undefined;
}

async function runSlice(
  { name, client, cpu }: Subject,
  next: () => Asked,
  { sliceMs, concurrency }: Slices,
): Promise<Slice> {
  const times: number[] = [];
  const [before, began] = [cpu(), performance.now()];
  const work = async (): Promise<void> => {
    do {
      const { status, milliseconds, text } = await client.send(next());
      if (status >= 300) throw new Error(`${name} answers ${status}: ${text.slice(0, 300)}`);
      times.push(milliseconds);
    } while (performance.now() - began < sliceMs);
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const seconds = (performance.now() - began) / 1_000;
  return { cpu: ((cpu() - before) * 1_000) / times.length, times, perSecond: times.length / seconds };
}

function costOf(slices: readonly Slice[]): Cost {
  const cpu = slices.map((slice) => slice.cpu);
  const times = slices.flatMap((slice) => slice.times);
  const middle = quantile(cpu, 0.5);
  return {
    cpu: middle,
    spread: (Math.max(...cpu) - Math.min(...cpu)) / middle,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    perSecond: quantile(
      slices.map((slice) => slice.perSecond),
      0.5,
    ),
  };
}

/** The value that a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
