import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { user } from './testing/bulk.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage, {
    ...{ ANSWER_TIMEOUT_MS: '400', MAX_CONNECTIONS_PER_ADDRESS: '40', MAX_MEMORY_UNDER_WAY: '67108864' },
  });
  tenant = await server.createTenant();
  return () => server.stop();
});

function open(text: string): Socket {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write(text);
  return socket;
}

/** What the server answers on a connection until it closes it. */
async function answered(text: string): Promise<string> {
  const socket = open(text);
  let received = '';
  socket.on('data', (data: Buffer) => (received += data.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

describe('the Host header', () => {
  it.each([
    ['comes twice', 'Host: a\r\nHost: a\r\n'],
    ['comes twice in other cases', 'Host: a\r\nhOST: b\r\n'],
    ['is missing', ''],
    ['has a path', 'Host: a/b\r\n'],
    ['has a user', 'Host: a@b\r\n'],
    ['has a space', 'Host: a b\r\n'],
    ['has two ports', 'Host: a:1:2\r\n'],
    ['has a port that is none', 'Host: a:x\r\n'],
    ['has an address without its end', 'Host: [::1\r\n'],
  ])('that %s is 400 with a SCIM error, and ends the connection', async (_what, header) => {
    const answer = await answered(`GET /scim/Users HTTP/1.1\r\n${header}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /u);
    expect(answer).toContain('Content-Type: application/scim+json');
    expect(answer).toContain('"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"]');
  });

  it.each(['scim.example.com', 'scim.example.com:443', '127.0.0.1:8080', '[::1]:8080', 'xn--bcher-kva.example', ''])(
    'may be "%s"',
    async (host) => {
      const answer = await answered(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /u);
    },
  );

  it('may be missing in HTTP/1.0', async () => {
    expect(await answered('GET /healthz HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /u);
  });
});

describe('a client that never reads its answer', () => {
  it('is closed, holds no memory after that, and keeps no other tenant waiting', async () => {
    const other = await server.createTenant();
    for (let index = 0; index < 12; index += 1) {
      await tenant.send('POST', '/Users', user(`large ${index}`, { title: 'x'.repeat(900_000) }));
    }
    const request = `GET /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.token}\r\n\r\n`;
    const sockets = Array.from({ length: 8 }, () => open(request.repeat(4)).pause());
    await sleep(200);
    expect((await other.send('GET', '/Users')).status).toBe(200);
    // What the kernel takes for a client that does not read differs by machine, so the client goes on asking until it is full.
    const cut = (): boolean => {
      for (const socket of sockets) if (socket.writable) socket.write(request);
      return server.log.some((line) => line.includes('"cut":true'));
    };
    await expect.poll(cut, { timeout: 90_000, interval: 500 }).toBe(true);
    await expect.poll(() => held(), { timeout: 60_000 }).toBe(0);
    for (const socket of sockets) socket.destroy();
  }, 120_000);
});

describe('requests that do not wait for an answer', () => {
  it('are each in the log once when their connection breaks, and hold nothing after that', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `behind-${index}`);
    const requests = ids.map(
      (id) =>
        `GET /scim/Users HTTP/1.1\r\nHost: x\r\nX-Request-Id: ${id}\r\nAuthorization: Bearer ${tenant.token}\r\n\r\n`,
    );
    const socket = open(requests.join('')).pause();
    await expect.poll(() => held()).toBeGreaterThan(0);
    socket.destroy();
    const times = (): readonly number[] =>
      ids.map((id) => server.log.filter((line) => line.includes(`"${id}"`) && line.includes('"msg":"request"')).length);
    await expect.poll(times).toEqual(ids.map(() => 1));
    await expect.poll(() => held()).toBe(0);
  });

  it('are taken up to sixteen on a connection; one more closes it', async () => {
    const request = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';
    const last = `${request}Connection: close\r\n\r\n`;
    const few = await answered(`${request}\r\n`.repeat(15) + last);
    expect(few.match(/HTTP\/1\.1 200 /gu)?.length).toBe(16);
    const scim = `GET /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.token}\r\n\r\n`;
    const many = await answered(scim.repeat(17));
    expect(many.match(/HTTP\/1\.1 200 /gu)?.length ?? 0).toBeLessThan(17);
  });
});

describe('a body that says that it is larger than the limit', () => {
  it('is answered 413 before any of it comes', async () => {
    const head = `POST /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.token}\r\n`;
    const socket = open(`${head}Content-Type: application/scim+json\r\nContent-Length: 50000000\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /u);
    socket.destroy();
  });
});

describe('an answer that is longer than a slice', () => {
  it('arrives whole, with characters of two code units at the border of slices', async () => {
    const title = `${'x'.repeat(65_000)}${'🥨'.repeat(60_000)}`;
    const one = await server.createTenant();
    const { body } = await one.send('POST', '/Users', user('long', { title }));
    expect((await one.send('GET', `/Users/${String(body['id'])}`)).body['title']).toBe(title);
  });
});

describe('connections of one address', () => {
  it('are bounded: one more is closed at once, and those that are open go on', async () => {
    const sockets = Array.from({ length: 40 }, () => open(''));
    await sleep(300);
    await closed(open(''));
    expect(sockets.filter(({ destroyed }) => destroyed).length).toBeLessThanOrEqual(10);
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() =>
        tenant.send('GET', '/Users?count=0').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
  });
});

/** The bytes that requests under way hold, as the metrics say; the request for them is no operation of a document. */
async function held(): Promise<number> {
  const { url, adminToken } = server;
  const response = await fetch(`${url}/metrics`, { headers: { Authorization: `Bearer ${adminToken}` } });
  return Number(/^scim_memory_under_way_bytes (\d+)$/mu.exec(await response.text())?.[1]);
}
