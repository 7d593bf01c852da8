import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_SCHEMA } from '../../protocol/scim-error.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

describe('the alias /Me (RFC 7644 §3.11)', () => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(sqliteStorage);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

  it.each(methods)('answers %s with 501', async (method) => {
    const answer = await tenant.send(method, '/Me', method === 'GET' ? undefined : { schemas: [] });
    expect(answer).toMatchObject({ status: 501, body: { schemas: [ERROR_SCHEMA], status: '501' } });
    expect(answer.headers['content-type']).toBe('application/scim+json');
  });

  it.each(methods)('answers %s without a token with 401', async (method) => {
    expect(await server.send({ method, path: '/scim/Me' })).toMatchObject({ status: 401 });
  });

  it('answers HEAD as GET, and another method with 405', async () => {
    expect(await tenant.send('HEAD', '/me/')).toMatchObject({ status: 501, text: '' });
    expect((await tenant.send('OPTIONS', '/Me')).headers.allow).toContain('PATCH');
  });
});
