import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../src/storage/testing/postgres-server.fixture.js';
import { cpuOf } from './neighbors/process-cost.js';
import { everything, type Asked } from '../src/testing/pages/addresses.js';
import { seedCompany, type Company, type Size } from '../src/testing/pages/company.js';
import { startServer } from './server.js';
import { inMilliseconds, table } from './table.js';

/** What is promised of every page: milliseconds that the server takes. On a machine that does other work, most answers wait. */
const MOST = 100;

/** How often each address is asked for; the first answer is not counted. */
const times = Number(process.env['BENCH_TIMES'] ?? 10);

const size: Size = {
  users: Number(process.env['BENCH_USERS'] ?? 100_000),
  activity: Number(process.env['BENCH_ACTIVITY'] ?? 1_000_000),
  others: Number(process.env['BENCH_TENANTS'] ?? 300),
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface Measured {
  readonly path: string;
  readonly status: number;
  /** Milliseconds: of the server's processor on average, and on the wire. */
  readonly cpu: number;
  readonly fastest: number;
  readonly median: number;
  readonly worst: number;
}

/** Asks for every page on one database, and prints how long each took. @returns whether all were fast enough */
async function run(name: string, databaseUrl: string, exportDir: string): Promise<boolean> {
  note(`${name}: seeding`);
  const company = await seedCompany(databaseUrl, exportDir, size);
  return measure(name, databaseUrl, exportDir, company);
}

async function measure(name: string, databaseUrl: string, exportDir: string, company: Company): Promise<boolean> {
  const adminToken = randomBytes(20).toString('hex');
  const settings = {
    ADMIN_TOKEN: adminToken,
    SYNC_EXPORT_DIR: exportDir,
    RATE_LIMIT: 'off',
    PUBLIC_URL: 'http://127.0.0.1',
  };
  const server = await startServer(databaseUrl, settings);
  const rows: Measured[] = [];
  try {
    note(`${name}: finding the pages`);
    const asked = await everything(server.port, adminToken, company, size.users);
    for (const [index, one] of asked.entries()) {
      if (index % 20 === 0) note(`${name}: ${index} of ${asked.length}`);
      rows.push(await measureOne(one, () => cpuOf(server.process), company));
    }
  } finally {
    await server.stop();
  }
  print(`\n### ${name}\n`);
  print(
    table(
      ['address', 'status', 'processor, ms', 'fastest, ms', 'median, ms', 'worst, ms'],
      rows.map((row) => [
        ...[`\`${row.path}\``, String(row.status)],
        ...[row.cpu, row.fastest, row.median, row.worst].map(inMilliseconds),
      ]),
    ),
  );
  const slow = rows.filter(({ cpu, fastest }) => cpu > MOST || fastest > MOST);
  const wrong = rows.filter(({ status }) => status !== 200);
  print(`\n${rows.length} addresses, ${times} times each; ${slow.length} took more than ${MOST} ms each time.`);
  for (const { path, fastest } of slow) print(`too slow: ${path}, ${inMilliseconds(fastest)} ms`);
  for (const { path, status } of wrong) print(`answered ${status}: ${path}`);
  return slow.length + wrong.length === 0;
}

async function measureOne({ path, visitor }: Asked, cpu: () => number, company: Company): Promise<Measured> {
  const { status } = await visitor.see(path);
  const began = cpu();
  const walls: number[] = [];
  for (let time = 0; time < times; time += 1) walls.push((await visitor.see(path)).milliseconds);
  walls.sort((one, other) => one - other);
  return {
    ...{ path: withoutIds(path, company), status, cpu: (cpu() - began) / times },
    ...{ fastest: walls[0] ?? NaN, median: walls[Math.floor(times / 2)] ?? NaN, worst: walls.at(-1) ?? NaN },
  };
}

/** An address as people read it. */
function withoutIds(path: string, company: Company): string {
  const names: readonly (readonly [string, string])[] = [
    [company.tenantId, 'T'],
    [company.planId, 'PLAN'],
    [company.earlierId, 'EARLIER'],
    [company.runId, 'RUN'],
    [company.busy, 'PERSON'],
  ];
  const named = names.reduce((text, [id, short]) => text.replaceAll(id, short), path);
  return decodeURIComponent(named.replaceAll('+', ' '))
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/gu, 'ID')
    .slice(0, 120);
}

async function onBoth(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-pages-'));
  const { server, stop } = await startPostgres();
  try {
    print(
      `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? ''}, Node ${process.version}`,
    );
    print(
      `${size.users.toLocaleString('en')} users, ${size.activity.toLocaleString('en')} entries of activity, ` +
        `plans of as many lines as users, ${size.others} other tenants`,
    );
    const sqlite = await run('SQLite', `sqlite:${join(folder, 'pages.sqlite')}`, join(folder, 'sqlite'));
    if (server.kind === 'failed') throw new Error(server.problem);
    const postgres = server.kind === 'skipped' || (await run('PostgreSQL', server.url, join(folder, 'postgres')));
    return sqlite && postgres;
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

process.exitCode = (await onBoth()) ? 0 : 1;
