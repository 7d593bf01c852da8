import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chart } from './compare/chart.js';
import { CONTENDERS, FLOOR, OURS } from './compare/contenders.js';
import { measure } from './compare/measure.js';
import { readOptions } from './compare/options.js';
import { pinBench } from './compare/process.js';
import { conditions, ratioOf, sheetText, startupText, type Sheet, type Startup } from './compare/report.js';
import { Stage, type Started } from './compare/subjects.js';
import { workloads } from './compare/workloads.js';

const options = readOptions(process.env);
const note = (text: string): void => void process.stderr.write(`${text}\n`);

const chosen = CONTENDERS.filter(
  ({ name }) => options.contenders.length === 0 || name === FLOOR || options.contenders.includes(name),
);
const names = chosen.map(({ name }) => name).filter((name) => name !== FLOOR);

const sheets: Sheet[] = [];
const startups: Startup[] = [];

/** Measures all workloads on one database of one size, at each concurrency. */
async function run(database: string, size: number, folder: string, postgres: string | undefined): Promise<void> {
  const title = `${size.toLocaleString('en')} users, ${database}`;
  const members = options.members.filter((count) => count <= size);
  await mkdir(folder);
  const stage = new Stage(folder, { size, members }, postgres);
  const subjects: Started[] = [];
  try {
    for (const contender of chosen.filter((one) => stage.takes(one))) {
      note(`${title}: ${contender.name}`);
      subjects.push(await stage.start(contender));
    }
    for (const concurrency of options.concurrency) {
      sheets.push(await measureAll(title, members, subjects, concurrency));
    }
    const loaded = subjects.map(({ name, start, memory }) => ({ ...start, title, name, loaded: memory() }));
    startups.push(...loaded);
  } finally {
    for (const subject of subjects) await subject.stop();
    await stage.clear();
  }
}

async function measureAll(
  title: string,
  members: readonly number[],
  subjects: readonly Started[],
  concurrency: number,
): Promise<Sheet> {
  const { rounds, sliceMs } = options;
  const rows: Sheet['rows'][number][] = [];
  for (const workload of workloads(members)) {
    const wanted = options.workloads.length === 0 || options.workloads.some((part) => workload.name.includes(part));
    if (!wanted) continue;
    const costs = await measure(workload, subjects, { rounds, sliceMs, concurrency });
    note(`  ${concurrency} at a time: ${workload.name}: ${ratioOf(costs, OURS)?.toFixed(2) ?? '—'}`);
    rows.push({ workload: workload.name, costs });
  }
  return { title: `${title}, ${concurrency} ${concurrency === 1 ? 'request' : 'requests'} at a time`, rows };
}

/** Puts the text between the marks of docs/benchmarks.md, and the chart beside it. */
async function write(text: string): Promise<void> {
  const page = new URL('../docs/benchmarks.md', import.meta.url);
  const [begin, end] = ['<!-- compared: begin -->', '<!-- compared: end -->'];
  const before = await readFile(page, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no ${begin} and ${end}`);
  await writeFile(page, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`);
  const [sheet] = sheets.slice(-1);
  if (sheet === undefined) return;
  const shown = names.filter((name) => !name.includes('checks') && !name.includes('openapi') && name !== 'node:http');
  const rows = sheet.rows.map(({ workload, costs }) => ({
    label: workload,
    ratios: shown.map((name) => ratioOf(costs, name)),
  }));
  const title = `CPU time a request, as a multiple of a bare ${FLOOR}: ${sheet.title}`;
  await writeFile(new URL('../docs/benchmarks.svg', import.meta.url), chart(title, shown, rows));
}

pinBench();
const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-compare-'));
try {
  for (const size of options.sizes) {
    await run('SQLite', size, join(folder, `sqlite-${size}`), undefined);
    if (options.postgres !== undefined) {
      await run('PostgreSQL', size, join(folder, `postgres-${size}`), options.postgres);
    }
  }
  const text = [
    conditions(sheets, options.rounds),
    ...sheets.map((sheet) => sheetText(sheet, names)),
    '### Without a request',
    startupText(startups),
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (options.write) await write(text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
