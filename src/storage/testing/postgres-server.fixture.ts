import { spawn, execFile, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../testing/free-port.js';
import { executeOnPostgres } from './execute-on-postgres.fixture.js';
import { findBinaries } from './postgres-binaries.fixture.js';

/** What tests learn of the server; it has to pass between processes as JSON. */
export type TestServer =
  | { readonly kind: 'running'; readonly url: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'failed'; readonly problem: string };

interface Started {
  readonly server: TestServer;
  readonly stop: () => Promise<void>;
}

/** The user that the server runs as; PostgreSQL refuses to run as root. */
type RunAs = { readonly uid: number; readonly gid: number } | { readonly uid?: undefined; readonly gid?: undefined };

/**
 * Runs the server until its standard input is closed, which happens as well when the test run is killed,
 * and leaves nothing behind. $1: postgres, $2: the temporary folder, $3: the port, $4: "keep" leaves the folder.
 */
const GUARD = `
  exec 3<&0
  "$1" -D "$2/data" -p "$3" -k "" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
    -c max_connections=200 -c deadlock_timeout=100ms -c shared_buffers=64MB 3<&- &
  server=$!
  { cat <&3 >/dev/null; kill -INT $server 2>/dev/null; } &
  wait $server
  [ "$4" = keep ] || rm -rf "$2"`;

/** Starts a private PostgreSQL in a temporary folder, on a free port of this machine; for tests only. */
export async function startPostgres(): Promise<Started> {
  if (process.env['SKIP_POSTGRES'] === '1') return { server: { kind: 'skipped' }, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-postgres-'));
  try {
    return await start(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `PostgreSQL for the tests could not be started (SKIP_POSTGRES=1 leaves it out): ${reason}`;
    return { server: { kind: 'failed', problem }, stop: () => Promise.resolve() };
  }
}

async function start(folder: string): Promise<Started> {
  const { url, run } = await install(folder);
  const guard = await run('');
  return { server: { kind: 'running', url }, stop: () => stop(guard) };
}

interface Installed {
  readonly url: string;
  /** Starts the server; `keep` leaves the folder when it stops. */
  readonly run: (keep: '' | 'keep') => Promise<ChildProcess>;
}

async function install(folder: string): Promise<Installed> {
  const runAs = await unprivileged();
  const binaries = await findBinaries(folder);
  // The guard deletes the folder as that user.
  if (runAs.uid !== undefined) await promisify(execFile)('chown', ['-R', `${runAs.uid}:${runAs.gid}`, folder]);
  await initialize(join(binaries, 'initdb'), folder, runAs);
  const port = await freePort();
  const options: SpawnOptions = { ...runAs, cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'pipe'] };
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const run = async (keep: '' | 'keep'): Promise<ChildProcess> => {
    const guard = spawn('sh', ['-c', GUARD, 'sh', join(binaries, 'postgres'), folder, String(port), keep], options);
    await untilReady(url, guard);
    return guard;
  };
  return { url, run };
}

/** A PostgreSQL of a test's own, that can be taken away from those who use it. */
export interface FallibleServer {
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Stops its processes where they are, connections open, as a host that hangs does; and lets them go on. */
  readonly freeze: () => Promise<void>;
  readonly thaw: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Installs a server and starts it. */
export async function startFalliblePostgres(): Promise<FallibleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-fallible-'));
  const { url, run } = await install(folder);
  let guard = await run('keep');
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    const main = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0] ?? '';
    const { stdout } = await promisify(execFile)('pgrep', ['-P', main]);
    for (const pid of [main, ...stdout.trim().split('\n')]) process.kill(Number(pid), name);
  };
  return {
    url,
    start: async () => {
      guard = await run('keep');
    },
    stop: () => stop(guard),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    remove: async () => {
      // A process that is frozen does not stop.
      await signal('SIGCONT').catch(() => undefined);
      await stop(guard);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Text orders as in English, unlike bytes, where the server can do that: what compares bytes has to say so. */
async function initialize(initdb: string, folder: string, runAs: RunAs): Promise<void> {
  const given = ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const run = (more: readonly string[]) => promisify(execFile)(initdb, [...given, ...more], { ...runAs, cwd: folder });
  await run(['--locale-provider=icu', '--icu-locale=en-US']).catch(() => run([]));
}

async function stop(guard: ChildProcess): Promise<void> {
  guard.stdin?.end();
  if (guard.exitCode === null) await once(guard, 'exit');
}

async function untilReady(url: string, guard: ChildProcess): Promise<void> {
  let log = '';
  guard.stderr?.on('data', (text: Buffer) => (log = (log + text.toString()).slice(-4000)));
  for (let attempt = 0; attempt < 200 && guard.exitCode === null; attempt += 1) {
    const ready = await executeOnPostgres(url, 'select 1').then(
      () => true,
      () => false,
    );
    if (ready) return;
    await sleep(50);
  }
  await stop(guard);
  throw new Error(`it did not become ready: ${log}`);
}

/** A user that may run servers of databases: this one, or another where this one is root. */
export async function unprivileged(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const ids = await Promise.all([idOf('-u', user), idOf('-g', user)]).catch(() => undefined);
    if (ids) return { uid: ids[0], gid: ids[1] };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"');
}

async function idOf(option: '-u' | '-g', user: string): Promise<number> {
  const { stdout } = await promisify(execFile)('id', [option, user]);
  return Number(stdout);
}
