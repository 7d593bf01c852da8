import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../src/testing/free-port.js';

/** A server in a process of its own, as in production. */
export interface MeasuredServer {
  /** Sends a request and reads the whole answer. */
  send(call: Call): Promise<Outcome>;
  readonly port: number;
  readonly process: ChildProcess;
  /** The most memory that the process has had resident, in megabytes. */
  peakMegabytes(): number;
  stop(): Promise<void>;
}

export interface Call {
  readonly token: string;
  /** Below `/scim`. */
  readonly path: string;
  /** Sent by POST where there is one. */
  readonly body?: object;
}

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Starts a server as production has it, with these settings besides. */
export async function startServer(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/cli/main.js', 'serve'], {
    cwd: ROOT,
    env: { NODE_ENV: 'production', PORT: String(port), DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const agent = new Agent({ keepAlive: true });
  try {
    await untilReady(port, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    port,
    process: child,
    send: (call) => send(port, agent, call),
    peakMegabytes: () => peakOf(child),
    stop: async () => {
      agent.destroy();
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function send(port: number, agent: Agent, { token, path, body }: Call): Promise<Outcome> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const type =
    text === undefined ? {} : { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(text) };
  const headers = { authorization: `Bearer ${token}`, ...type };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request({
      port,
      agent,
      path: `/scim${path}`,
      method: text === undefined ? 'GET' : 'POST',
      headers,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const milliseconds = performance.now() - began;
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8'), milliseconds });
      });
    });
    outgoing.end(text);
  });
}

/** Linux keeps the peak; elsewhere there is none. */
export function peakOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return NaN;
  const line = readFileSync(`/proc/${pid}/status`, 'utf8')
    .split('\n')
    .find((text) => text.startsWith('VmHWM:'));
  return Number.parseInt(line?.slice(6) ?? '', 10) / 1024;
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 1_200 && child.exitCode === null; attempt += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(100);
  }
  throw new Error('the server did not start; run make build first');
}
