import { cpus, loadavg } from 'node:os';
import { table } from '../table.js';
import { FLOOR } from './contenders.js';
import { quantile, type Cost, type Unable } from './measure.js';
import { PINNED } from './process.js';
import type { Start } from './subjects.js';

/** What one table shows: one database, one size, so many requests at a time. */
export interface Sheet {
  readonly title: string;
  /** Workloads, each with what it costs every server. */
  readonly rows: readonly { readonly workload: string; readonly costs: ReadonlyMap<string, Cost | Unable> }[];
}

/** What servers cost without a request, and megabytes after all workloads. */
export interface Startup extends Start {
  readonly title: string;
  readonly name: string;
  readonly loaded: number;
}

const isCost = (outcome: Cost | Unable | undefined): outcome is Cost => outcome !== undefined && 'cpu' in outcome;

/** The ratio of a server's CPU time a request to the floor's; undefined where either has no figure. */
export function ratioOf(costs: ReadonlyMap<string, Cost | Unable>, name: string): number | undefined {
  const [own, floor] = [costs.get(name), costs.get(FLOOR)];
  return isCost(own) && isCost(floor) ? own.cpu / floor.cpu : undefined;
}

/** A sheet in Markdown: ratios of CPU time, then latencies, then why a server has no figure. */
export function sheetText({ title, rows }: Sheet, names: readonly string[]): string {
  const notes: string[] = [];
  const markOf = (reason: string): string => {
    if (!notes.includes(reason)) notes.push(reason);
    return `—${'*'.repeat(notes.indexOf(reason) + 1)}`;
  };
  const missing = (outcome: Cost | Unable | undefined): string =>
    markOf(outcome !== undefined && 'unable' in outcome ? outcome.unable : 'is not measured here');
  const ratios = rows.map(({ workload, costs }) => {
    const floor = costs.get(FLOOR);
    const cells = names.map((name) => ratioOf(costs, name)?.toFixed(2) ?? missing(costs.get(name)));
    return [workload, isCost(floor) ? Math.round(floor.cpu).toString() : missing(floor), ...cells];
  });
  const latencies = rows.map(({ workload, costs }) => [
    workload,
    ...names.map((name) => {
      const cost = costs.get(name);
      return isCost(cost) ? `${cost.p50.toFixed(1)} / ${cost.p99.toFixed(1)}` : '—';
    }),
  ]);
  return [
    `### ${title}`,
    table(['CPU time a request', `${FLOOR}, µs`, ...names.map((name) => `${name}, ratio`)], ratios),
    table(['latency, p50 / p99 in ms', ...names], latencies),
    ...notes.map((reason, index) => `—${'\\*'.repeat(index + 1)} The server ${reason}.`),
  ].join('\n\n');
}

/** What servers cost without a request, in Markdown. */
export function startupText(startups: readonly Startup[]): string {
  const rows = startups.map(({ title, name, cpu, idle, loaded }) => [
    `${name}, ${title}`,
    ...[(cpu / 1_000).toFixed(2), idle.toFixed(0), loaded.toFixed(0)],
  ]);
  return table(['server', 'CPU time to start, s', 'idle, MB', 'after all workloads, MB'], rows);
}

/** Says where and how the run went, and by how much the same measurement differed from round to round. */
export function conditions(sheets: readonly Sheet[], rounds: number): string {
  const costs = sheets.flatMap(({ rows }) => rows.flatMap(({ costs: all }) => [...all.values()].filter(isCost)));
  const spreads = costs.map(({ spread }) => spread);
  const [median, worst] = [quantile(spreads, 0.5), quantile(spreads, 0.95)];
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  const kind =
    median < 0.05 ? 'quiet' : median < 0.15 ? 'fairly quiet' : 'noisy: trust the orders of magnitude, not the digits';
  return (
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}; ` +
    `servers ${PINNED ? 'on one core, the bench on another' : 'not pinned'}; medians of ${rounds} rounds, interleaved.\n\n` +
    `Noise: the CPU time of the same workload on the same server differs between rounds by ${share(median)} (median) and ` +
    `${share(worst)} (95th percentile); load average at the end ${(loadavg()[0] ?? NaN).toFixed(1)}. This run was ${kind}.`
  );
}
