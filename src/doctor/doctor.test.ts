import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestTenant } from '../http/testing/server.fixture.js';
import { Visitor } from '../http/testing/visitor.fixture.js';
import type { NewActivity } from '../model/activity/entry.js';
import { openStorage } from '../storage/sql/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { freePort } from '../testing/free-port.js';
import { testCertificate } from './certificate.fixture.js';
import { type Diagnosis, examine, type Patient } from './doctor.js';
import { deleteLeftovers } from './leftovers.js';
import { readLog } from './log.js';
import { PROXIES } from './meddling-proxies.fixture.js';
import { startProxy, type TestProxy } from './proxy.fixture.js';

let server: TestServer;
let proxy: TestProxy;
let tenant: TestTenant;
let storage: Storage;
/** The Tenant URL, by way of the proxy. */
let base: string;

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}/scim`;
  server = await startTestServer(sqliteStorage, { PUBLIC_URL: `http://127.0.0.1:${port}` });
  proxy = await startProxy(port, () => server.url);
  tenant = await server.createTenant('Contoso');
  storage = await openStorage({ databaseUrl: server.databaseUrl, queryTimeoutMs: 20_000 });
});
afterEach(() => {
  proxy.twist = () => false;
});
afterAll(async () => {
  await proxy.close();
  await storage.close();
  await server.stop();
});

const QUICK = { requests: 4, milliseconds: 40 };

const diagnose = (given: Partial<Patient> = {}): Promise<Diagnosis> =>
  examine({ base, token: tenant.token, rate: QUICK, ...given });

/** What the doctor finds as `cause: sentence`. */
async function found(given: Partial<Patient> = {}): Promise<readonly string[]> {
  const { ok, findings } = await diagnose(given);
  expect(ok).toBe(findings.length === 0);
  return findings.map(({ cause, sentence }) => `${cause}: ${sentence}`);
}

const people = async (): Promise<unknown> => (await tenant.send('GET', '/Users?count=0')).body['totalResults'];

describe('the doctor', () => {
  it('finds nothing where nothing is wrong, and leaves nothing behind', async () => {
    expect(await found()).toEqual([]);
    expect(await people()).toBe(0);
  });

  it.each(PROXIES)('names a proxy that %s', async (_what, twist, sentence) => {
    proxy.twist = twist;
    expect(await found()).toEqual([sentence]);
  });

  it('names a proxy that lets only GET and POST through; the server deletes what is left, which no plan has', async () => {
    proxy.twist = (request, response) => {
      if (request.method === 'GET' || request.method === 'POST') return false;
      request.resume();
      response.writeHead(405).end();
      return true;
    };
    expect(await found()).toEqual(['methods: A proxy lets only GET and POST through.']);
    expect(await people()).toBe(1);
    const plan = await server.send({
      ...{ method: 'POST', path: `/admin/api/tenants/${tenant.id}/sync/plans`, token: server.adminToken },
      ...{ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ by: 'ada' }) },
    });
    expect(plan.body).toMatchObject({ counts: { create: 0 } });
    const after = (minutes: number) => (): Date => new Date(Date.now() + minutes * 60_000);
    expect(await deleteLeftovers({ storage, now: after(9) })).toBe(0);
    expect([await deleteLeftovers({ storage, now: after(11) }), await people()]).toEqual([1, 0]);
  });

  it('names an address that is not on the internet, and calls nobody there', async () => {
    const lookup = (): Promise<readonly string[]> => Promise.reject(new Error('ENOTFOUND'));
    expect(await found({ base: 'https://scim.nowhere.example/scim', lookup })).toEqual([
      'address: scim.nowhere.example is not on the public internet; Entra cannot reach it.',
    ]);
    const inside = (): Promise<readonly string[]> => Promise.resolve(['10.1.2.3']);
    for (const one of ['https://scim.contoso.example/scim', 'https://192.168.1.5/scim', 'https://[fd00::1]/scim']) {
      expect((await diagnose({ base: one, lookup: inside })).findings).toMatchObject([{ cause: 'address' }]);
    }
  });

  it('sends no token where the address begins with http', async () => {
    const lookup = (): Promise<readonly string[]> => Promise.resolve(['20.190.128.1']);
    expect(await found({ base: 'http://scim.contoso.example/scim', lookup })).toEqual([
      'certificate: The Tenant URL begins with http; Entra takes https alone. Nothing was sent.',
    ]);
  });

  it.each<readonly [string, 'itself' | 'an intermediate', TlsOptions, string]>([
    ['signed by itself', 'itself', {}, 'certificate: The certificate is self-signed;'],
    ['without its intermediate', 'an intermediate', {}, 'certificate: The certificate lacks its intermediate;'],
    [
      'over TLS 1.1',
      'itself',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      'certificate: The server does not speak TLS 1.2 or later',
    ],
  ])('names a certificate %s', async (_what, signedBy, options, sentence) => {
    const encrypted = createTlsServer({ ...testCertificate(signedBy), ...options }, (socket) => socket.end());
    encrypted.on('tlsClientError', () => undefined);
    encrypted.listen(0, '127.0.0.1');
    await once(encrypted, 'listening');
    const { port } = encrypted.address() as AddressInfo;
    expect(await found({ base: `https://127.0.0.1:${port}/scim` })).toEqual([expect.stringContaining(sentence)]);
    encrypted.close();
  });

  it('names a Tenant URL that ends otherwise, and one that is not PUBLIC_URL', async () => {
    expect(await found({ base: base.replace(/scim$/u, 'v2') })).toEqual([
      'path: The Tenant URL must end in /scim; you have /v2.',
    ]);
    expect(await found({ base: `${server.url}/scim` })).toEqual([
      `public-url: PUBLIC_URL says ${base}; you came by ${server.url}/scim.`,
    ]);
  });

  it('names what is wrong with a token, and never the token', async () => {
    const { tenancy } = server.running;
    const { token, secret } = await tenancy.issueToken(tenant.id, { label: 'old' });
    await tenancy.revokeToken(tenant.id, token.id);
    const sentences = [
      ...(await found({ token: secret })),
      ...(await found({ token: `Bearer ${tenant.token}` })),
      ...(await found({ token: tenant.token.slice(0, 30) })),
    ];
    expect(sentences).toEqual([
      'token: The secret token has been revoked; enter the current one in Entra.',
      'token: The token begins with Bearer; enter it without that word.',
      'token: The token is cut off after 30 characters; it has 56.',
    ]);
    expect(sentences.join(' ')).not.toContain('fwscim_');
    proxy.twist = (_request, response) => {
      response.writeHead(302, { Location: `https://x.example/?t=${tenant.token}` }).end();
      return true;
    };
    expect((await found()).join(' ')).not.toContain('fwscim_');
  });

  it.each([
    ['', 'The token is empty.'],
    ['\u200B', 'The token has a character that no token has (U+200B) behind 0 others; copy it again.'],
    ['fwscim_a“b', 'The token has a character that no token has (U+201C) behind 8 others; copy it again.'],
    ['fwscim_a\nb', 'The token has a character that no token has (U+000A) behind 8 others; copy it again.'],
  ])('names what cannot be sent as a token: %j', async (token, sentence) => {
    expect(await found({ token })).toEqual([`token: ${sentence}`]);
  });

  it('says what it has found where the log cannot be read', async () => {
    const log = (): Promise<never> => Promise.reject(new Error('The database is away.'));
    expect(await found({ token: '', log })).toEqual(['token: The token is empty.']);
  });

  it('runs in the console, with a token of its own that ends at once', async () => {
    const other = await server.createTenant();
    const ada = new Visitor(server);
    await ada.signIn();
    const path = `/admin/tenants/${other.id}`;
    const [shown, refused] = await Promise.all(
      ['', ''].map(() => ada.post(`${path}/doctor`, {}, { on: `${path}/connection` })),
    );
    const [first, second] = [shown, refused].sort((one, two) => (one?.status ?? 0) - (two?.status ?? 0));
    expect(first?.text).toContain('Nothing was found between the public address and this server.');
    expect(second?.status).toBe(409);
    const tokens = (await server.running.tenancy.listTokens(other.id)).filter(({ label }) => label === 'doctor');
    expect(tokens.map(({ revokedAt }) => revokedAt !== undefined)).toEqual([true]);
  });

  it('names an endpoint that accepts and never answers, in time', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await found({ base: `http://127.0.0.1:${port}/scim`, timeoutMs: 200 })).toEqual([
      `unreachable: 127.0.0.1:${port} does not answer in time.`,
    ]);
    silent.close();
  });
});

describe('the doctor with the activity log', () => {
  const logOf = async (id: string): Promise<readonly string[]> =>
    (await readLog(storage, await server.running.tenancy.getTenant(id), new Date())).map(({ sentence }) => sentence);

  it('names a company that is disabled, with the time', async () => {
    const other = await server.createTenant();
    await server.running.tenancy.setEnabled(other.id, false);
    expect(await found({ token: other.token })).toEqual(['disabled: This company is disabled.']);
    expect(await logOf(other.id)).toEqual([expect.stringMatching(/^This company is disabled since \d{4}-/u)]);
  });

  it('names silence', async () => {
    const other = await server.createTenant();
    const begun = Date.now() - 20 * 3_600_000;
    const entry = (hour: number): NewActivity => ({
      ...{ id: newId(), at: new Date(begun + hour * 3_600_000).toISOString(), requestId: 'r', source: 'entra' },
      ...{ operation: 'user.lookup', status: 200, outcome: 'ok', durationUs: 1, count: 1, tenantId: other.id },
      ...{ changed: [], ignored: [], rules: [] },
    });
    await storage.activity.append([entry(0), entry(1), entry(2), entry(3), entry(4), entry(5)]);
    expect(await logOf(other.id)).toEqual([
      expect.stringMatching(/^Entra last called in the hour of .* UTC: stopped, or in quarantine\?/u),
    ]);
  });

  it('names a matching attribute that is not the one that must be unique, and leaves its own requests out', async () => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const create = { schemas, userName: 'ada', externalId: 'one' };
    await tenant.send('POST', '/Users', create);
    await tenant.send('GET', `/Users?filter=${encodeURIComponent('externalId eq "two"')}`);
    await tenant.send('POST', '/Users', { ...create, externalId: 'two' });
    await server.running.flushActivity();
    expect(await logOf(tenant.id)).toEqual([
      expect.stringContaining('The matching attribute is not the one that must be unique'),
    ]);
    const { entries } = await storage.activity.page(tenant.id, { limit: 500 });
    const probes = entries.filter(({ subject = '' }) => subject.startsWith('flexwhere-doctor-'));
    expect(new Set(probes.map(({ source }) => source))).toEqual(new Set(['doctor']));
  });
});
