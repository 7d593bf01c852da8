import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { openServices } from '../src/compose.js';
import { readConfig } from '../src/config.js';
import { USER } from '../src/protocol/schemas/resource-types.js';
import type { SyncContent } from '../src/model/mirror.js';
import type { StagedItem } from '../src/model/resource.js';
import { seedSynchronization, type Seed } from '../src/storage/testing/seed-synchronization.fixture.js';
import { compileMapping } from '../src/sync/plan/attribute-mapping.js';
import { desiredAccount, desiredGroup } from '../src/sync/plan/desired.js';
import { DEFAULT_POLICY } from '../src/sync/policy.js';
import { peakOf } from './server.js';
import { table } from './table.js';

/** What is promised for 100,000 accounts against a mirror of as many: seconds, and the memory of the process in megabytes. */
const MOST_SECONDS = 10;
const MOST_MEMORY = 300;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const count = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const mapping = compileMapping(DEFAULT_POLICY.attributes, USER);

/** What the backend has of a staged resource, with another title for every so many users. */
function delivered(every: number): NonNullable<Seed['contentOf']> {
  let index = 0;
  return (staged, type) => {
    const content = contentOf(staged, type === 'User');
    const differs = type === 'User' && every > 0 && ++index % every === 0;
    return differs ? { ...content, attributes: { ...content.attributes, jobTitle: 'of before' } } : content;
  };
}

function contentOf(staged: StagedItem, isUser: boolean): SyncContent {
  const { content } = isUser
    ? desiredAccount({ ...staged, active: true }, undefined, { policy: DEFAULT_POLICY, mapping, now: '' })
    : desiredGroup(staged);
  if (content === undefined) throw new Error('a staged resource that the backend is to have nothing of');
  return { ...content, active: staged.active };
}

const SCENARIOS: readonly { readonly what: string; readonly seed: Partial<Seed>; readonly policy?: true }[] = [
  { what: 'nothing has changed', seed: { mirrored: true, contentOf: delivered(0) } },
  { what: 'nothing has changed but the policy', seed: { mirrored: true, contentOf: delivered(0) }, policy: true },
  { what: 'a tenth is updated', seed: { mirrored: true, contentOf: delivered(10) }, policy: true },
  { what: 'all are updated', seed: { mirrored: true, contentOf: delivered(1) }, policy: true },
  { what: 'all are created, with 100,000 memberships', seed: { groups: 100, members: 1_000 } },
];

/** Plans a tenant with so many staged accounts by the command line, in a process of its own. */
async function measurePlan(databaseUrl: string, scenario: (typeof SCENARIOS)[number]) {
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl }), { create: true });
  const { tenant } = await services.tenancy.createTenant(scenario.what);
  await seedSynchronization(databaseUrl, tenant.id, { users: count, ...scenario.seed });
  if (scenario.policy) await services.synchronization.setPolicy(tenant.id, { groups: false }, 'bench');
  await services.close();
  const began = performance.now();
  const command = ['dist/cli/main.js', 'sync', 'plan', '--tenant', tenant.id, '--json'];
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let memory = 0;
  const watching = setInterval(() => {
    memory = Math.max(memory, peakOf(child) || 0);
  }, 20);
  const printed = text(child.stdout);
  await once(child, 'exit');
  clearInterval(watching);
  return { seconds: (performance.now() - began) / 1_000, memory, counts: JSON.stringify(countsIn(await printed)) };
}

function countsIn(printed: string): object {
  const plan: unknown = JSON.parse(printed);
  if (typeof plan !== 'object' || plan === null || !('counts' in plan)) throw new Error(`no plan: ${printed}`);
  return Object.fromEntries(Object.entries(plan.counts ?? {}).filter(([, lines]) => lines !== 0));
}

const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-bench-'));
try {
  const url = process.env['BENCH_DATABASE_URL'] ?? `sqlite:${join(folder, 'bench.sqlite')}`;
  const rows: string[][] = [];
  let kept = true;
  for (const scenario of SCENARIOS) {
    process.stderr.write(`planning: ${scenario.what}\n`);
    const { seconds, memory, counts } = await measurePlan(url, scenario);
    rows.push([scenario.what, seconds.toFixed(1), Math.round(memory).toString(), counts]);
    kept &&= memory < MOST_MEMORY && (seconds < MOST_SECONDS || scenario.seed.mirrored !== true);
  }
  const columns = [`a plan for ${count.toLocaleString('en')} staged accounts`, 'seconds', 'MB', 'accounts'];
  process.stdout.write(
    `\n## Plans\n\n${table(columns, rows)}\n\nAgainst a mirror of as many, ${MOST_SECONDS} s are allowed at most, and ${MOST_MEMORY} MB.\n`,
  );
  process.exitCode = kept ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
