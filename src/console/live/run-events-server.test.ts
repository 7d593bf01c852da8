import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startReceiver, UNANSWERED, type Receiver } from '../../sync/testing/receiver.fixture.js';
import { MOST_STREAMS_OF_SESSION } from './seats.js';

const NGINX = '/usr/sbin/nginx';

let server: TestServer;
let receiver: Receiver;
let ada: Visitor;
let run: string;

/** A run whose backend does not answer. @returns the address of its page */
async function startRun(): Promise<string> {
  const tenant = await server.createTenant();
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  await tenant.send('POST', '/Users', { schemas, userName: `${UNANSWERED}ann` });
  const sync = `/admin/tenants/${tenant.id}/sync`;
  const plan = (await ada.post(`${sync}/plan`, {}, { on: sync })).headers.location ?? '';
  return (await ada.post(`${plan}/apply`, {}, { on: plan })).headers.location ?? '';
}

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer(sqliteStorage, receiver.environment);
  ada = new Visitor(server);
  await ada.signIn('Ada');
  run = await startRun();
});
afterAll(async () => {
  receiver.answerAll();
  await receiver.close();
});

const streams = new Set<AbortController>();
afterEach(() => {
  for (const stream of streams) stream.abort();
  streams.clear();
});

/** Begins to listen, until `close`. */
async function listen(origin = server.url, path = `${run}/events`, cookie = ada.cookie) {
  const closing = new AbortController();
  streams.add(closing);
  const response = await fetch(origin + path, { headers: { cookie }, signal: closing.signal });
  const heard = { text: '', over: false, isWhole: false };
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const piece of response.body ?? []) heard.text += decoder.decode(piece, { stream: true });
    heard.isWhole = true;
  };
  void read()
    .catch(() => undefined)
    .finally(() => (heard.over = true));
  const close = (): void => {
    closing.abort();
  };
  return { response, heard, close };
}

describe('following a run over HTTP', () => {
  it('is an answer that no cache keeps and no proxy collects, and begins with how far the run is', async () => {
    const { response, heard, close } = await listen();
    expect(response.status).toBe(200);
    const header = (name: string): string | null => response.headers.get(name);
    expect(header('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(header('cache-control')).toBe('no-store, no-transform');
    expect(header('x-accel-buffering')).toBe('no');
    await expect.poll(() => heard.text).toContain('"said":"The run is running: 0 % done."');
    expect(heard.text).toMatch(/^retry: 3000\n\nevent: progress\nid: [\w.]+\ndata: \{.+\}\n\n/u);
    close();
  });

  it('answers HEAD with the headers alone, and with 404 what is unknown or of another company', async () => {
    const { cookie } = ada;
    const head = await fetch(`${server.url}${run}/events`, { method: 'HEAD', headers: { cookie } });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const other = await server.createTenant();
    const id = run.split('/').at(-1) ?? '';
    for (const path of [
      `/admin/tenants/${other.id}/sync/runs/${id}`,
      run.replace(id, 'none'),
      run.replace(id, other.id),
    ]) {
      expect((await ada.get(`${path}/events`)).status).toBe(404);
    }
    const nobody = await fetch(`${server.url}${run}/events`, { redirect: 'manual' });
    expect([nobody.status, nobody.headers.get('location')]).toEqual([303, expect.stringContaining('/admin/sign-in')]);
  });

  it('is for a few pages of a session; one that is closed makes room', async () => {
    const open: Awaited<ReturnType<typeof listen>>[] = [];
    // Those of other tests may be about to be closed.
    await expect
      .poll(async () => {
        const one = await listen();
        if (one.response.status === 200) open.push(one);
        return open.length;
      })
      .toBe(MOST_STREAMS_OF_SESSION);
    const refused = await listen();
    expect(refused.response.status).toBe(503);
    for (const { close } of open) close();
    await expect
      .poll(async () => {
        const { response, close } = await listen();
        close();
        return response.status;
      })
      .toBe(200);
  });

  it('ends when the session is ended', async () => {
    const ben = new Visitor(server);
    await ben.signIn('Ben');
    const { heard } = await listen(server.url, `${run}/events`, ben.cookie);
    await expect.poll(() => heard.text).toContain('progress');
    await ben.post('/admin/sign-out', {}, { on: run });
    await expect.poll(() => heard.over, { timeout: 20_000 }).toBe(true);
    expect(heard.text).toContain('You have been signed out.');
  });

  it.skipIf(!existsSync(NGINX))('passes through nginx as it comes', async () => {
    const proxy = await startNginx(server.url);
    try {
      const { heard, close } = await listen(proxy.url);
      await expect.poll(() => heard.text, { timeout: 10_000 }).toContain('event: progress');
      expect(heard.over).toBe(false);
      close();
    } finally {
      await proxy.stop();
    }
  });

  it('closes the connection of a client that ends it, and goes on for the others', async () => {
    const other = await listen();
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`GET ${run}/events HTTP/1.1\r\nHost: x\r\nCookie: ${ada.cookie}\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await expect.poll(() => other.heard.text).toContain('progress');
    expect(other.heard.over).toBe(false);
    other.close();
  });

  // The last one: it stops the server.
  it('ends at once when the server stops, which waits for nobody who follows', async () => {
    const { heard } = await listen();
    await expect.poll(() => heard.text).toContain('progress');
    receiver.answerAll();
    await server.stop();
    await expect.poll(() => heard.over).toBe(true);
    // A connection that is cut when the time for stopping is over ends with an error.
    expect(heard.isWhole).toBe(true);
    expect(server.log.some((line) => line.includes('runs/:run/events') && line.includes('"status":200'))).toBe(true);
  }, 9_000);
});

/** Starts nginx as it comes, which collects answers unless it is told not to. */
async function startNginx(upstream: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const configuration = `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
    http { access_log off; ${temporary.join(' ')}
      server { listen 127.0.0.1:${port}; location / { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_buffering on; } } }`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const child = spawn(NGINX, ['-p', folder, '-e', `${folder}/error.log`, '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(
      () =>
        fetch(`${url}/healthz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 10_000 },
    )
    .toBe(200);
  return {
    url,
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
