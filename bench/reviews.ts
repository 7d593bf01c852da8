import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../src/storage/testing/postgres-server.fixture.js';
import { startReceiver } from '../src/sync/testing/receiver.fixture.js';
import { runCommand, type Ran } from './reviews/command.js';
import { COMPANIES, stageCompany, type Company } from './reviews/companies.js';
import { ADMIN_TOKEN, look, signIn, viewsOf, type Viewed } from './reviews/views.js';
import { startServer } from './server.js';
import { inMilliseconds, table } from './table.js';

/** What is promised of a plan of 100,000 lines: milliseconds of CPU time of a view, seconds of `sync show`, megabytes of every process. */
const MOST_VIEW = 100;
const MOST_SHOW = 1;
const MOST_MEMORY = 300;

/** How often each view is looked at. */
const TIMES = 7;

const users = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

interface Place {
  readonly name: string;
  readonly url: string;
  readonly folder: string;
}

/** Makes a company's plan, looks at it in every way, and applies it. @returns whether all promises were kept */
async function run({ name, url, folder }: Place, company: Company): Promise<boolean> {
  note(`${name}, ${company.what}: staging`);
  const tenantId = await stageCompany(url, company, users);
  const receiver = await startReceiver();
  const backend =
    company.backend === 'file'
      ? { SYNC_EXPORT_DIR: join(folder, `export ${name}`) }
      : { ...receiver.environment, SYNC_GIVE_UP_MS: '60000' };
  const env = { DATABASE_URL: url, ...backend };
  try {
    const command = (verb: string, ...more: string[]): Promise<Ran> => {
      note(`  sync ${verb} ${more.slice(2).join(' ')}`);
      return runCommand(['sync', verb, '--tenant', tenantId, ...more], env);
    };
    const planned = await command('plan', '--json');
    const { planId, deactivate, delete: deleted } = textsIn(planned.printed, ['planId', 'deactivate', 'delete']);
    const plan = ['--plan', planId ?? ''];
    const views = await lookAll(url, tenantId, planId ?? '');
    const shown = await command('show', ...plan);
    const json = [...plan, '--json', '--lines'];
    const piped = await command('show', ...json);
    const file = join(folder, 'shown.json');
    const filed = await runCommand(['sync', 'show', '--tenant', tenantId, ...json], env, file);
    const whole = (await readFile(file, 'utf8')) === piped.printed;
    const applied = await command(
      'apply',
      ...plan,
      '--confirm',
      String(Number(deactivate) + Number(deleted)),
      '--json',
    );
    print(`\n### ${name}: ${company.what}\n`);
    const row = (what: string, { seconds, memory }: Ran, printed: string): string[] => [
      what,
      ...[seconds.toFixed(1), String(Math.round(memory)), printed],
    ];
    const commands: readonly (readonly [string, Ran])[] = [
      ['sync plan', planned],
      ['sync show', shown],
      ['sync show --json --lines, to a pipe', piped],
      ['the same, to a file', filed],
      [`sync apply, ${company.backend === 'file' ? 'to files' : 'to a receiver'}`, applied],
    ];
    const rows = commands.map(([what, ran]) =>
      row(what, ran, ran === filed ? (whole ? 'the same' : 'DIFFERS') : lengthOf(ran)),
    );
    rows.push(['server, all views', '', String(Math.round(views.memory)), '']);
    print(table(['process', 'seconds', 'MB', 'printed, kB'], rows));
    print(`\n${table(['view', 'CPU, ms', 'median, ms', 'slowest, ms', 'status', 'kB'], views.all.map(viewRow))}`);
    const memory = Math.max(views.memory, ...commands.map(([, ran]) => ran.memory));
    const slow = views.all.filter(({ cpu, status }) => cpu >= MOST_VIEW || status !== 200);
    return whole && slow.length === 0 && shown.seconds < MOST_SHOW && memory < MOST_MEMORY;
  } finally {
    await receiver.close();
  }
}

const lengthOf = ({ printed }: Ran): string => String(Math.ceil(printed.length / 1_000));

const viewRow = ({ what, cpu, median, slowest, status, bytes }: Viewed): readonly string[] => [
  what,
  ...[
    inMilliseconds(cpu),
    inMilliseconds(median),
    inMilliseconds(slowest),
    String(status),
    String(Math.ceil(bytes / 1_000)),
  ],
];

/** Looks at a plan in every way, in a server of its own. */
async function lookAll(url: string, tenantId: string, planId: string) {
  const server = await startServer(url, { ADMIN_TOKEN, RATE_LIMIT: 'off' });
  try {
    const headers = await signIn(server);
    const read = async (path: string): Promise<string> =>
      (
        await fetch(`http://127.0.0.1:${server.port}/admin/api/tenants/${tenantId}/sync/plans/${planId}${path}`, {
          headers,
        })
      ).text();
    const { signature = '' } = textsIn(await read('/groups?limit=1'), ['signature']);
    const { resourceId: id = '' } = textsIn(await read('/lines?limit=1'), ['resourceId']);
    const all: Viewed[] = [];
    for (const view of viewsOf(tenantId, planId, { signature, id })) all.push(await look(server, headers, view, TIMES));
    return { all, memory: server.peakMegabytes() };
  } finally {
    await server.stop();
  }
}

/** The first value of each of these names in a JSON text. */
function textsIn<Name extends string>(json: string, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  JSON.parse(json, (key, value: unknown) => {
    const name = names.find((one) => one === key);
    if (name !== undefined && (typeof value === 'string' || typeof value === 'number')) found[name] ??= String(value);
    return value;
  });
  return found;
}

const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-bench-'));
const postgres = await startPostgres();
try {
  print(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}`,
  );
  const places: Place[] = [{ name: 'SQLite', url: `sqlite:${join(folder, 'bench.sqlite')}`, folder }];
  const { server } = postgres;
  if (server.kind === 'running') places.push({ name: 'PostgreSQL', url: server.url, folder });
  if (server.kind === 'failed') throw new Error(server.problem);
  const kept: boolean[] = [];
  for (const place of places) for (const company of COMPANIES) kept.push(await run(place, company));
  print(
    `\nAllowed at most: ${MOST_VIEW} ms of CPU time a view, ${MOST_SHOW} s for sync show, ${MOST_MEMORY} MB a process.`,
  );
  process.exitCode = kept.every(Boolean) ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
