import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { newSecretToken } from '../tenants/secret-token.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const LIMITS = { RATE_LIMIT: '5/10', FAILED_AUTHENTICATION_LIMIT: '1/5' };

const wrongToken = (): string => newSecretToken((count) => randomBytes(count));

const many = (tenant: TestTenant, count: number): Promise<readonly Answer[]> =>
  Promise.all(Array.from({ length: count }, () => tenant.send('GET', '/Users?count=0')));

const countOf = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

async function metricsOf(server: TestServer): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const response = await fetch(`http://${hostname}:${port}/metrics`, {
    headers: { Authorization: `Bearer ${server.adminToken}` },
  });
  return response.text();
}

describe('a tenant that sends more than its rate allows', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(sqliteStorage, LIMITS);
    return () => server.stop();
  });

  it('is answered 429 with Retry-After and a SCIM error, while another tenant is served', async () => {
    const [loud, quiet] = [await server.createTenant(), await server.createTenant()];
    const answers = await many(loud, 40);
    expect(countOf(answers, 200)).toBeGreaterThanOrEqual(10);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]?.headers['content-type']).toBe('application/scim+json');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '429',
      detail: expect.stringContaining('Retry-After') as string,
    });
    expect((await quiet.send('GET', '/Users')).status).toBe(200);
    expect(await metricsOf(server)).toContain(`scim_requests_refused_total{reason="rate"} ${refused.length}`);
  });

  it('gets its answer once it has waited as long as it was told', async () => {
    const tenant = await server.createTenant();
    const refused = (await many(tenant, 30)).find(({ status }) => status === 429);
    await sleep(Number(refused?.headers['retry-after']) * 1_000);
    expect((await tenant.send('GET', '/Users')).status).toBe(200);
  });

  it('is refused before its body is read', async () => {
    const tenant = await server.createTenant();
    await many(tenant, 30);
    const { hostname, port } = new URL(server.url);
    const head = `POST /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.token}\r\n`;
    const socket = connect({ host: hostname, port: Number(port) });
    socket.write(`${head}Content-Type: application/scim+json\r\nContent-Length: 1000000\r\n\r\n`);
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => {
        resolve(data.toString());
      });
    });
    socket.destroy();
    expect(answer).toContain('HTTP/1.1 429 ');
  });

  it.each([
    ['off', 40],
    ['1/3', 3],
  ])('has the rate %s where its setting says so', async (rate, served) => {
    const tenant = await server.createTenant();
    const headers = { 'Content-Type': 'application/json' };
    const body = { settings: { rateLimit: rate } };
    const path = `/admin/api/tenants/${tenant.id}`;
    const changed = await server.send({ method: 'PATCH', path, token: server.adminToken, headers, body });
    expect(changed.body['settings']).toMatchObject({ rateLimit: rate });
    const count = countOf(await many(tenant, 40), 200);
    expect(count).toBeGreaterThanOrEqual(served);
    expect(count).toBeLessThanOrEqual(served + 5);
  });
});

describe('an address that fails to authenticate too often', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer(sqliteStorage, { ...LIMITS, RATE_LIMIT: 'off', TRUSTED_PROXIES: '127.0.0.1' });
    return () => server.stop();
  });

  const fail = (address: string, path = '/scim/Users'): Promise<Answer> =>
    server.send({ path, token: wrongToken(), headers: { 'X-Forwarded-For': address } });

  it('does not find out the operator’s token by trying', async () => {
    const admin = '/admin/api/tenants';
    for (let turn = 0; turn < 8; turn += 1) await fail('203.0.113.4', admin);
    const headers = { 'X-Forwarded-For': '203.0.113.4' };
    expect((await server.send({ path: admin, token: server.adminToken, headers })).status).toBe(429);
    expect((await server.send({ path: admin, token: server.adminToken })).status).toBe(200);
    expect((await server.send({ path: admin, token: server.adminToken, headers })).status).toBe(200);
  });

  it('is answered 429 with Retry-After, and no other address is', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fail('203.0.113.1')));
    const next = await fail('203.0.113.1');
    expect(countOf(answers, 401)).toBeGreaterThanOrEqual(5);
    expect(next.status).toBe(429);
    expect(Number(next.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await fail('203.0.113.2')).status).toBe(401);
    expect(await metricsOf(server)).toContain('scim_requests_refused_total{reason="failed authentications"}');
  });

  it('goes on to be served where its token was good before, since companies share the addresses of Entra', async () => {
    const tenant = await server.createTenant();
    const headers = { 'X-Forwarded-For': '203.0.113.3' };
    expect((await tenant.send('GET', '/Users', undefined, headers)).status).toBe(200);
    for (let turn = 0; turn < 8; turn += 1) await fail('203.0.113.3');
    expect((await fail('203.0.113.3')).status).toBe(429);
    expect((await tenant.send('GET', '/Users', undefined, headers)).status).toBe(200);
  });
});
