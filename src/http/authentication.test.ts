import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../protocol/json.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

interface Operation {
  readonly method: string;
  readonly path: string;
}

/** Every operation of a document, with something in place of its parameters. */
function operationsOf(name: string, base: string): readonly Operation[] {
  const document = parse(readFileSync(`openapi/${name}.yaml`, 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key))
      .map((method) => ({ method: method.toUpperCase(), path: base + path.replaceAll(/\{\w+\}/gu, 'x') })),
  );
}

const SCIM = operationsOf('scim', '/scim');
const ADMIN = operationsOf('admin', '/admin/api');

describe('authentication', () => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(sqliteStorage);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  it('walks a number of operations that is not small', () => {
    expect(SCIM.length + ADMIN.length).toBeGreaterThan(20);
  });

  it.each([...SCIM, ...ADMIN])('refuses $method $path without a token', async ({ method, path }) => {
    const answer = await server.send({ method, path });
    expectUnauthorized(answer);
    expect(answer.headers['www-authenticate']).not.toContain('error=');
  });

  it.each([...SCIM, ...ADMIN])(
    'refuses $method $path with a wrong token, before it reads the body',
    async ({ method, path }) => {
      const answer = await server.send({ method, path, token: `${tenant.token}x`, body: 'no JSON at all' });
      expectUnauthorized(answer);
      expect(answer.headers['www-authenticate']).toContain('error="invalid_token"');
    },
  );

  it.each(['', ' ', ' null', ' undefined', ' Bearer', '   '])('refuses "Bearer%s"', async (rest) => {
    for (const path of ['/scim/Users', '/admin/api/tenants']) {
      expectUnauthorized(await server.send({ path, headers: { Authorization: `Bearer${rest}` } }));
    }
  });

  it('refuses another scheme', async () => {
    expectUnauthorized(await server.send({ path: '/scim/Users', headers: { Authorization: `Basic ${tenant.token}` } }));
  });

  it.each([
    '/scim/%55sers',
    '/scim/Users/',
    '/scim/USERS',
    '/SCIM/Users',
    '/scim/Users%3f',
    '/scim/./Users',
    '/%73cim/Users',
  ])('is not passed by %s', async (path) => {
    expect([401, 404]).toContain((await server.send({ path })).status);
  });

  it('takes the scheme in any case', async () => {
    const answer = await server.send({ path: '/scim/Users', headers: { authorization: `bEARER ${tenant.token}` } });
    expect(answer.status).toBe(200);
  });

  describe('by access_token (RFC 6750 §2.3)', () => {
    it('leads a browser to the page of who has arrived, and lets nothing keep the answer', async () => {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
      const answer = await server.send({
        path: `/scim/Users?access_token=${tenant.token}`,
        headers: { Accept: accept },
      });
      expect(answer.status).toBe(303);
      expect(answer.headers['location']).toMatch(/\/check$/u);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    });

    it('shows a browser the other lists as JSON, and lets nothing keep the answer', async () => {
      const answer = await server.send({
        path: `/scim/Groups?access_token=${tenant.token}`,
        headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
      });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
      expect(answer.headers['content-disposition']).toBeUndefined();
    });

    it('is written for a person to read where a browser asks, and not elsewhere', async () => {
      const path = `/scim/Groups?access_token=${tenant.token}`;
      expect((await server.send({ path, headers: { Accept: 'text/html' } })).text).toContain('\n  "totalResults"');
      expect((await server.send({ path })).text).not.toContain('\n');
    });

    it('works for GET only', async () => {
      const path = `/scim/Users?access_token=${tenant.token}`;
      expectUnauthorized(await server.send({ method: 'POST', path, body: {} }));
    });

    it('does not work for operators', async () => {
      expectUnauthorized(await server.send({ path: `/admin/api/tenants?access_token=${server.adminToken}` }));
    });

    it.each(['', 'null', 'undefined'])('is refused when it is "%s"', async (value) => {
      expectUnauthorized(await server.send({ path: `/scim/Users?access_token=${value}` }));
    });

    it('is 400 together with the header, and twice', async () => {
      const path = `/scim/Users?access_token=${tenant.token}`;
      for (const answer of [
        await server.send({ path, token: tenant.token }),
        await server.send({ path: `${path}&access_token=${tenant.token}` }),
      ]) {
        expect(answer.status).toBe(400);
        expect(answer.headers['www-authenticate']).toContain('error="invalid_request"');
      }
    });
  });

  it("opens nothing to operators with a tenant's token, and nothing to tenants with the operator's", async () => {
    expectUnauthorized(await server.send({ path: '/admin/api/tenants', token: tenant.token }));
    expectUnauthorized(await server.send({ path: '/scim/Users', token: server.adminToken }));
  });

  it('shows metrics to the operator alone', async () => {
    await tenant.send('GET', '/Users');
    expectUnauthorized(await server.send({ path: '/metrics' }));
    expectUnauthorized(await server.send({ path: '/metrics', token: tenant.token }));
    const shown = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.adminToken}` } });
    expect(await shown.text()).toMatch(
      /^scim_request_duration_seconds_count\{operation="listUsers",status="200"\} [1-9]/mu,
    );
  });

  it('lets nobody in as operator while ADMIN_TOKEN is unset', async () => {
    const closed = await startTestServer(sqliteStorage, { ADMIN_TOKEN: '' });
    try {
      for (const token of [undefined, '', 'undefined', 'null', closed.adminToken]) {
        expectUnauthorized(await closed.send({ path: '/admin/api/tenants', token }));
      }
    } finally {
      await closed.stop();
    }
  });

  it('answers a disabled tenant 403, and never an empty success', async () => {
    const disabled = await server.createTenant();
    await server.running.tenancy.setEnabled(disabled.id, false);
    for (const { method, path } of SCIM) {
      const answer = await server.send({ method, path, token: disabled.token });
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
    await server.running.tenancy.setEnabled(disabled.id, true);
    expect((await disabled.send('GET', '/Users')).status).toBe(200);
  });

  it('writes no token to the log', async () => {
    await server.send({ path: `/scim/Users?access_token=${tenant.token}` });
    await server.send({ path: '/scim/Users', token: tenant.token });
    await tenant.send('POST', '/Users', `{"schemas": "${tenant.token}`);
    expect(server.log.length).toBeGreaterThan(20);
    expect(server.log.filter((line) => line.includes('fwscim_') || line.includes(server.adminToken))).toEqual([]);
  });

  it('logs a JSON line with request id, tenant, operation, status and duration', async () => {
    const answer = await tenant.send('GET', '/Users');
    const line = server.log
      .map((text) => JSON.parse(text) as unknown)
      .find((entry) => idOf(entry) === answer.headers['x-request-id']);
    expect(line).toMatchObject({
      tenant: tenant.id,
      operation: 'listUsers',
      status: 200,
      durationMs: expect.any(Number) as number,
    });
  });
});

const idOf = (entry: unknown): unknown => (isJsonObject(entry) ? (entry satisfies JsonObject)['requestId'] : undefined);

function expectUnauthorized(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toContain('Bearer');
  expect(answer.body).toMatchObject({ status: '401', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] });
}
