import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * `make dev`: a server that restarts when a source file changes, with a demo tenant and a trickle of simulated Entra traffic.
 * Each start of the server issues a new token; the traffic begins anew with it. Ctrl+C stops all of it.
 */
const NODE = [process.execPath, '--conditions=source', '--import', 'tsx'] as const;
const WATCH = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false', '--conditions=source'];
const MAIN = 'src/cli/main.ts';

const server = spawn(process.execPath, [...WATCH, MAIN, 'serve', '--demo', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let traffic: ChildProcess | undefined;
let stopping = false;

const lines = createInterface({ input: server.stdout });
lines.on('line', (line) => {
  const started = startOf(line);
  if (started === undefined || stopping) process.stdout.write(`${line}\n`);
  else begin(started);
});

interface Started {
  readonly tenantUrl: string;
  readonly token: string;
}

/** What `serve --demo --json` prints once it serves; undefined for any other line, such as one of the log. */
function startOf(line: string): Started | undefined {
  if (!line.startsWith('{"url"')) return undefined;
  return JSON.parse(line) as Started;
}

function begin({ tenantUrl, token }: Started): void {
  process.stdout.write(`\nServing.\n  Tenant URL:    ${tenantUrl}\n  Secret Token:  ${token}\n\n`);
  traffic?.kill('SIGTERM');
  const company = ['--users', '25', '--groups', '4', '--cycles', '1000', '--rate', '2', '--json'];
  const [node, ...options] = NODE;
  traffic = spawn(node, [...options, MAIN, 'simulate', '--base', tenantUrl, '--token', token, ...company], {
    stdio: 'ignore',
  });
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const children = [server, traffic].filter((child) => child !== undefined && child.exitCode === null);
  const ended = children.map((child) => once(child as ChildProcess, 'exit'));
  for (const child of children) child?.kill('SIGTERM');
  await Promise.all(ended);
  process.exit(0);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
server.once('exit', () => void stop());
