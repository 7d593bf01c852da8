/** What is measured, and how long; from the environment. */
export interface Options {
  /** Users of the tenant, a table each. */
  readonly sizes: readonly number[];
  /** Members of the groups that are changed and read, where there are as many users. */
  readonly members: readonly number[];
  /** Requests under way at a time, a table each. */
  readonly concurrency: readonly number[];
  /** Whose servers are measured; empty: all. */
  readonly contenders: readonly string[];
  readonly workloads: readonly string[];
  readonly rounds: number;
  /** How long one server works on one workload at a time, in milliseconds. */
  readonly sliceMs: number;
  /** A database of PostgreSQL that is measured as well; undefined: SQLite alone. */
  readonly postgres: string | undefined;
  /** Whether docs/benchmarks.md and the chart are written. */
  readonly write: boolean;
}

const FULL = { sizes: [1_000, 10_000, 100_000], members: [10, 1_000, 10_000, 100_000], concurrency: [1, 8, 32] };
const QUICK = { sizes: [1_000], members: [10, 1_000], concurrency: [8] };

const MILLION = 1_000_000;

/** The options of this run. `BENCH_QUICK=1` is for developers, `BENCH_MILLION=1` adds a million users and members. */
export function readOptions(environment: NodeJS.ProcessEnv): Options {
  const quick = environment['BENCH_QUICK'] === '1';
  const usual = quick ? QUICK : FULL;
  const more = environment['BENCH_MILLION'] === '1' ? [MILLION] : [];
  const numbers = (name: string, otherwise: readonly number[]): readonly number[] =>
    listed(environment[name])?.map(Number) ?? otherwise;
  return {
    sizes: numbers('BENCH_USERS', [...usual.sizes, ...more]),
    members: numbers('BENCH_MEMBERS', [...usual.members, ...more]),
    concurrency: numbers('BENCH_CONCURRENCY', usual.concurrency),
    contenders: listed(environment['BENCH_SERVERS']) ?? [],
    workloads: listed(environment['BENCH_WORKLOADS']) ?? [],
    rounds: Number(environment['BENCH_ROUNDS'] ?? 3),
    sliceMs: Number(environment['BENCH_SLICE_MS'] ?? (quick ? 250 : 700)),
    postgres: environment['BENCH_DATABASE_URL'],
    write: environment['BENCH_WRITE'] === '1',
  };
}

const listed = (text: string | undefined): readonly string[] | undefined => text?.split(',').map((one) => one.trim());
