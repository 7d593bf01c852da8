import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServices } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { openDatabase } from '../src/storage/sql/open-storage.js';
import type { Storage } from '../src/storage/storage.js';
import { nameOf, settle, stageUsers } from './directory.js';
import { measure, Neighbor, type Measured } from './measure.js';
import { lookUps, ORDERS, pages, scans, type Query } from './queries.js';
import { startServer, type MeasuredServer } from './server.js';
import { inMilliseconds, table } from './table.js';

/** What is promised: the other tenant's slowest lookup in milliseconds, and the memory of the process in megabytes. */
const MOST_NEIGHBOR = 250;
const MOST_MEMORY = 300;

interface Bench {
  readonly server: MeasuredServer;
  readonly neighbor: Neighbor;
  readonly storage: Storage;
  readonly count: number;
  readonly tenantId: string;
  readonly token: string;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** Measures lists over many users on one database, and prints tables in Markdown. */
async function run(name: string, databaseUrl: string, count: number): Promise<boolean> {
  note(`${name}: staging ${count} users`);
  const { services, big, small } = await prepare(databaseUrl, count);
  const server = await startServer(databaseUrl, { RATE_LIMIT: 'off' });
  const neighbor = new Neighbor(server, {
    token: small.token,
    path: `/Users?filter=${encodeURIComponent(`userName eq "${nameOf(1)}"`)}`,
  });
  neighbor.start();
  try {
    print(`\n## ${name}, ${count.toLocaleString('en')} users\n`);
    return await report({ server, neighbor, storage: services.storage, count, ...big });
  } finally {
    await neighbor.stop();
    await server.stop();
    await services.close();
  }
}

async function prepare(databaseUrl: string, count: number) {
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl, QUERY_TIMEOUT_MS: '600000' }), {
    create: true,
  });
  const [big, small] = await Promise.all([createTenant(services), createTenant(services)]);
  const database = await openDatabase({ databaseUrl, queryTimeoutMs: 600_000 });
  await stageUsers(database, big.tenantId, count);
  await stageUsers(database, small.tenantId, 1_000);
  await settle(database);
  await database.close(false);
  return { services, big, small };
}

async function createTenant({ tenancy }: Awaited<ReturnType<typeof openServices>>) {
  const { tenant, secret } = await tenancy.createTenant(`bench ${randomUUID()}`);
  return { tenantId: tenant.id, token: secret };
}

async function report(bench: Bench): Promise<boolean> {
  const slowest = [
    await reportQueries('lookups', bench, lookUps(bench.count)),
    await reportPages(bench),
    await reportQueries('without an index', bench, scans()),
  ];
  const neighbor = Math.max(...slowest);
  const memory = bench.server.peakMegabytes();
  print(`\nThe other tenant's slowest lookup: ${inMilliseconds(neighbor)} ms (at most ${MOST_NEIGHBOR} are allowed).`);
  print(`The server's memory at its peak: ${Math.round(memory)} MB (at most ${MOST_MEMORY} are allowed).`);
  return neighbor < MOST_NEIGHBOR && !(memory >= MOST_MEMORY);
}

async function reportQueries(title: string, bench: Bench, queries: readonly Query[]): Promise<number> {
  const measured: Measured[] = [];
  for (const { path, body, parallel, what } of queries) {
    note(`  ${what}`);
    const call = { token: bench.token, path, ...(body ? { body } : {}) };
    measured.push(await measure(bench.server, bench.neighbor, call, parallel));
  }
  const rows = measured.map(({ median, slowest, statuses, neighbor }, index) => [
    queries[index]?.what ?? '',
    ...[inMilliseconds(median), inMilliseconds(slowest), statuses.join(', '), inMilliseconds(neighbor)],
  ]);
  print(`${table([title, 'median, ms', 'slowest, ms', 'status', "other tenant's slowest, ms"], rows)}\n`);
  return Math.max(...measured.map(({ neighbor }) => neighbor));
}

async function reportPages(bench: Bench): Promise<number> {
  const rows: (readonly string[])[] = [];
  const neighbors: number[] = [];
  for (const sortBy of ORDERS) {
    note(`  pages by ${sortBy}`);
    const measured: Measured[] = [];
    for (const path of await pages(bench.storage, bench.tenantId, bench.count, sortBy)) {
      measured.push(await measure(bench.server, bench.neighbor, { token: bench.token, path }));
    }
    const neighbor = Math.max(...measured.map((one) => one.neighbor));
    rows.push([sortBy, ...measured.map(({ median }) => inMilliseconds(median)), inMilliseconds(neighbor)]);
    neighbors.push(neighbor);
  }
  const columns = ['index, start', 'middle', 'end', 'cursor, start', 'middle', 'end'];
  print(`${table(['page of 100, median in ms, by', ...columns, "other tenant's slowest, ms"], rows)}\n`);
  return Math.max(...neighbors);
}

const count = Number(process.env['BENCH_USERS'] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-bench-'));
try {
  print(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}`,
  );
  const kept = [await run('SQLite', `sqlite:${join(folder, 'bench.sqlite')}`, count)];
  const postgres = process.env['BENCH_DATABASE_URL'];
  if (postgres !== undefined) kept.push(await run('PostgreSQL', postgres, count));
  process.exitCode = kept.every(Boolean) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
