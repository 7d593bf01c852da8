import { request as send, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { stageUser } from './testing/lists.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import { acceptedCoding, coderFor, isCompressed } from './traffic/coding.js';
import { MemoryRoom } from './traffic/memory-room.js';

const MANY = 80;
let server: TestServer;
let plain: TestServer;
let tenant: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  [server, plain] = [await startTestServer(sqliteStorage, { COMPRESSION: 'on' }), await startTestServer(sqliteStorage)];
  [tenant, other] = [await server.createTenant(), await plain.createTenant()];
  for (let index = 0; index < MANY; index += 1)
    await stageUser(tenant, `user ${index} 💡`, { title: 'x'.repeat(1_000) });
  await stageUser(other, 'ada', { title: 'x'.repeat(2_000) });
});
afterAll(() => Promise.all([server.stop(), plain.stop()]));

interface Raw {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** An answer as it came over the wire, still compressed. */
function ask(path: string, headers: Readonly<Record<string, string>>, method = 'GET', on = server): Promise<Raw> {
  const { token } = on === server ? tenant : other;
  return new Promise((resolve, reject) => {
    const outgoing = send(new URL(path, on.url), { method, headers: { Authorization: `Bearer ${token}`, ...headers } });
    outgoing.on('error', reject).on('response', (response) => {
      const { statusCode: status = 0, headers: received } = response;
      buffer(response).then((bytes) => {
        resolve({ status, headers: received, bytes });
      }, reject);
    });
    outgoing.end();
  });
}

const LONG = `/scim/Users?count=${MANY}`;
const SHORT = '/scim/Users?count=3';
const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

describe('a long answer is compressed where COMPRESSION is on', () => {
  it.each([
    ['br', LONG, 'chunked'],
    ['gzip', LONG, 'chunked'],
    ['br', SHORT, 'with its length'],
    ['gzip', SHORT, 'with its length'],
  ] as const)('by %s: %s, %s', async (coding, path, form) => {
    const [whole, coded] = [await ask(path, {}), await ask(path, { 'Accept-Encoding': coding })];
    expect(coded.headers['content-encoding']).toBe(coding);
    expect(coded.bytes.length).toBeLessThan(whole.bytes.length / 2);
    expect(decoders[coding](coded.bytes).toString()).toBe(whole.bytes.toString());
    expect(coded.headers['content-length']).toBe(form === 'chunked' ? undefined : String(coded.bytes.length));
    expect([whole.headers['content-encoding'], whole.headers['content-length']]).toEqual([
      undefined,
      String(whole.bytes.length),
    ]);
    expect([whole.headers.vary, coded.headers.vary]).toEqual(Array(2).fill('Accept, Accept-Encoding'));
  });

  it('keeps its weak tag, by which it is asked for again in any coding, and HEAD has the headers of GET', async () => {
    const { bytes } = await ask('/scim/Users?count=1', {});
    const [{ id }] = (JSON.parse(bytes.toString()) as { Resources: [{ id: string }] }).Resources;
    const path = `/scim/Users/${id}`;
    const gzip = { 'Accept-Encoding': 'gzip' };
    const [whole, coded, head] = [await ask(path, {}), await ask(path, gzip), await ask(path, gzip, 'HEAD')];
    expect(coded.headers.etag).toMatch(/^W\//u);
    expect(coded.headers.etag).toBe(whole.headers.etag);
    const again = await ask(path, { ...gzip, 'If-None-Match': String(whole.headers.etag) });
    expect([again.status, again.bytes.length, again.headers['content-encoding'], again.headers.vary]).toEqual([
      ...[304, 0, undefined, 'Accept, Accept-Encoding'],
    ]);
    expect(head.bytes.length).toBe(0);
    const names = ['content-encoding', 'content-length', 'content-type', 'etag', 'vary'];
    expect(names.map((name) => head.headers[name])).toEqual(names.map((name) => coded.headers[name]));
    expect(coded.headers['content-encoding']).toBe('gzip');
  });

  it('and not an error, a short answer, a page, or one to a client that takes none', async () => {
    const all = { 'Accept-Encoding': 'gzip, deflate, br' };
    const answers = [
      await ask(`/scim/Users?filter=${'x'.repeat(5_000)}`, all),
      await ask('/scim/ResourceTypes/User', all),
      await ask('/admin/sign-in', { ...all, Accept: 'text/html' }),
      await ask(LONG, { 'Accept-Encoding': 'identity' }),
      await ask(LONG, { 'Accept-Encoding': 'gzip;q=0, br;q=0' }),
      await ask('/scim/Users', all, 'GET', plain),
    ];
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual(Array(6).fill(undefined));
    expect(answers.at(-1)?.headers.vary).toBe('Accept');
  });

  it('and a client that leaves in the middle of one leaves nothing behind', async () => {
    for (let time = 0; time < 20; time += 1) await leaveEarly();
    expect((await ask(LONG, { 'Accept-Encoding': 'br' })).status).toBe(200);
    const { text } = await server.send({ path: '/metrics', token: server.adminToken });
    expect(/scim_memory_under_way_bytes (\d+)/u.exec(text)?.[1]).toBe('0');
    expect(server.log.filter((line) => line.includes('"msg":"fault"'))).toEqual([]);
  });

  const leaveEarly = (): Promise<void> =>
    new Promise((resolve) => {
      const headers = { Authorization: `Bearer ${tenant.token}`, 'Accept-Encoding': 'gzip' };
      const outgoing = send(new URL(LONG, server.url), { headers }, (response) => {
        response.destroy();
        resolve();
      });
      outgoing.on('error', () => undefined).end();
    });
});

describe('the coding of an answer', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['GZIP ; Q=0.5 , br;q=0.4', 'gzip'],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0', undefined],
    ['gzip;q=2', undefined],
    ['deflate, zstd', undefined],
    ['', undefined],
    [`gzip${', x'.repeat(1_000)}`, undefined],
  ])('for Accept-Encoding: %.40s is %s', (header, coding) => {
    expect(acceptedCoding({ headers: { 'accept-encoding': header } })).toBe(coding);
  });

  it.each([
    [200, 'application/scim+json', 1_024, true],
    [200, 'application/scim+json', 1_023, false],
    [200, 'text/csv; charset=utf-8', undefined, true],
    [200, 'application/x-ndjson', undefined, true],
    [200, 'text/event-stream', undefined, false],
    [200, 'text/html', 9_999, false],
    [200, 'image/png', 9_999, false],
    [201, 'application/json', 9_999, false],
    [400, 'application/json', 9_999, false],
  ])('is asked for a %i of %s with %s bytes: %s', (status, type, bytes, yes) => {
    expect(isCompressed(status, type, bytes)).toBe(yes);
  });

  it('needs room, and is none where there is none', () => {
    const room = new MemoryRoom({ bytes: 600_000, waitMs: 1 });
    const [first, second] = [room.enter('a'), room.enter('a')];
    coderFor('br', first)?.destroy();
    expect(room.total).toBe(524_288);
    expect(coderFor('br', second)).toBeUndefined();
  });
});
