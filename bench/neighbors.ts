import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openServices } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { openDatabase } from '../src/storage/sql/open-storage.js';
import { startPostgres } from '../src/storage/testing/postgres-server.fixture.js';
import { settle } from './directory.js';
import { Hostile } from './neighbors/hostile.js';
import { cpuOf, forgetPeak } from './neighbors/process-cost.js';
import { SHAPES, type Shape } from './neighbors/shapes.js';
import { stageHostile, stageWorker, type Staged } from './neighbors/staging.js';
import { startWorkers, type Workers } from './neighbors/workers.js';
import type { Met, Worker } from './neighbors/workload.js';
import { startServer, type MeasuredServer } from './server.js';
import { inMilliseconds, table } from './table.js';

/** What is promised: the quiet tenant's slowest lookup and write in milliseconds, and megabytes of memory. */
const MOST_LOOK_UP = 250;
const MOST_WRITE = 1_000;
const MOST_MEMORY = 400;
/** Of tenants that all work at their full rate: milliseconds. */
const MOST_P99 = 500;

/** How many tenants work at a time, and how often each sends a lookup and a write: Entra's 25 requests a second in all. */
const TENANTS = 32;
const LOOK_UP_EVERY = 50;
const WRITE_EVERY = 200;

/** Milliseconds between two shapes. */
const REST = 2_000;

const shapes = SHAPES.filter(({ name }) => name.includes(process.env['BENCH_SHAPES'] ?? ''));
const seconds = Number(process.env['BENCH_SECONDS'] ?? 8);
const minute = Number(process.env['BENCH_TENANTS_SECONDS'] ?? 60);

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface Row {
  readonly name: string;
  readonly answers: string;
  readonly lookUp: number;
  readonly write: number;
  readonly refused: number;
  readonly memory: number;
  readonly cpu: number;
  /** Milliseconds of CPU time a second, and bytes that were sent. */
  readonly bytes: number;
  readonly elapsed: number;
}

/** Runs every shape on one database, and prints what the quiet tenant met. */
async function run(name: string, databaseUrl: string): Promise<boolean> {
  note(`${name}: staging`);
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl }), { create: true });
  const database = await openDatabase({ databaseUrl, queryTimeoutMs: 600_000 });
  const staged = await stageHostile(services, database);
  const workers: Worker[] = [];
  for (let index = 0; index < TENANTS; index += 1) workers.push(await stageWorker(services, database));
  await settle(database);
  await database.close(false);
  await services.close();
  print(`\n## ${name}\n`);
  const calm = shapes.length === 0 || (await reportShapes(databaseUrl, staged, workers.slice(0, 1)));
  const fair = minute === 0 || (await reportTenants(databaseUrl, workers));
  return calm && fair;
}

async function reportShapes(databaseUrl: string, staged: Staged, workers: readonly Worker[]): Promise<boolean> {
  const rows = await measured(databaseUrl, staged, workers);
  const idle = rows[0] === undefined ? 0 : rows[0].cpu / rows[0].elapsed;
  const columns = ['shape', 'answers to the hostile one', 'lookup, ms', 'write, ms', 'refused', 'MB', 'CPU, ns a byte'];
  const cells = rows.map((row) => [
    row.name,
    row.answers,
    inMilliseconds(row.lookUp),
    inMilliseconds(row.write),
    String(row.refused),
    Math.round(row.memory).toString(),
    row.bytes === 0 ? '' : Math.max(0, ((row.cpu - idle * row.elapsed) * 1e6) / row.bytes).toFixed(0),
  ]);
  print(table(columns, cells));
  const most = (pick: (row: Row) => number): number => Math.max(...rows.map(pick));
  const [lookUp, write, memory] = [most((row) => row.lookUp), most((row) => row.write), most((row) => row.memory)];
  print(
    `\nThe quiet tenant's slowest lookup: ${inMilliseconds(lookUp)} ms (${MOST_LOOK_UP} are allowed); slowest write: ` +
      `${inMilliseconds(write)} ms (${MOST_WRITE}); memory at its peak: ${Math.round(memory)} MB (${MOST_MEMORY}).`,
  );
  return lookUp < MOST_LOOK_UP && write < MOST_WRITE && !(memory >= MOST_MEMORY) && most((row) => row.refused) === 0;
}

/** The shapes one after the other on one server, which gets a rest between them. */
async function measured(databaseUrl: string, staged: Staged, workers: readonly Worker[]): Promise<readonly Row[]> {
  const server = await startServer(databaseUrl);
  const quiet = startWorkers({ port: server.port, workers, lookUpEvery: 20, writeEvery: 100 });
  const rows: Row[] = [];
  try {
    for (const shape of shapes) {
      note(`  ${shape.name}`);
      await sleep(REST);
      await warmUp(quiet);
      forgetPeak(server.process);
      rows.push(await attack(server, quiet, staged, shape));
    }
    return rows;
  } finally {
    await quiet.stop();
    await server.stop();
  }
}

async function warmUp(quiet: Workers): Promise<void> {
  for (let lookUps = 0; lookUps < 20;) {
    const [met] = await quiet.take();
    lookUps += met?.lookUps.length ?? 0;
    await sleep(200);
  }
  await quiet.take();
}

async function attack(server: MeasuredServer, quiet: Workers, staged: Staged, shape: Shape): Promise<Row> {
  const hostile = new Hostile(server.port, staged, seconds);
  const [began, before] = [performance.now(), cpuOf(server.process)];
  await shape.attack(hostile);
  hostile.stop();
  const [elapsed, cpu] = [performance.now() - began, cpuOf(server.process) - before];
  const [met] = await quiet.take();
  return {
    name: shape.name,
    answers: Object.entries(hostile.answers)
      .map(([answer, times]) => `${times} × ${answer}`)
      .join(', '),
    lookUp: Math.max(...(met?.lookUps ?? [])),
    write: Math.max(...(met?.writes ?? [])),
    refused: refusals(met),
    memory: server.peakMegabytes(),
    ...{ cpu, elapsed, bytes: hostile.bytes },
  };
}

const refusals = (met: Met | undefined): number =>
  Object.values(met?.refused ?? {}).reduce((total, times) => total + times, 0);

/** All tenants at their full rate. */
async function reportTenants(databaseUrl: string, workers: readonly Worker[]): Promise<boolean> {
  note(`  ${TENANTS} tenants`);
  const server = await startServer(databaseUrl);
  const { port } = server;
  const all = startWorkers({ port, workers, lookUpEvery: LOOK_UP_EVERY, writeEvery: WRITE_EVERY });
  try {
    await warmUp(all);
    await sleep(minute * 1_000);
    const met = await all.take();
    const p99 = met.map(({ lookUps, writes }) => percentile([...lookUps, ...writes], 0.99));
    const requests = met.reduce((total, { lookUps, writes }) => total + lookUps.length + writes.length, 0);
    const refused = met.reduce((total, one) => total + refusals(one), 0);
    print(
      `\n${TENANTS} tenants for ${minute} s: ${Math.round(requests / minute)} requests a second in all; p99 of the tenant that ` +
        `waits longest: ${inMilliseconds(Math.max(...p99))} ms (${MOST_P99} are allowed), of the median one: ` +
        `${inMilliseconds(percentile(p99, 0.5))} ms; answers other than 2xx: ${refused}.`,
    );
    return Math.max(...p99) < MOST_P99 && refused === 0;
  } finally {
    await all.stop();
    await server.stop();
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-bench-'));
const given = process.env['BENCH_DATABASE_URL'];
const { server: postgres, stop } = given === undefined ? await startPostgres() : { server: undefined, stop: undefined };
try {
  print(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}`,
  );
  const kept = [await run('SQLite', `sqlite:${join(folder, 'bench.sqlite')}`)];
  const url = given ?? (postgres?.kind === 'running' ? postgres.url : undefined);
  if (url !== undefined) kept.push(await run('PostgreSQL', url));
  process.exitCode = kept.every(Boolean) ? 0 : 1;
} finally {
  await stop?.();
  await rm(folder, { recursive: true, force: true });
}
