import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const SCIM = 'application/scim+json';
const JSON_TYPE = 'application/json';

describe('the media type of an answer (RFC 7644 §3.8)', () => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(sqliteStorage);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  it.each([
    [undefined, SCIM],
    ['*/*', SCIM],
    ['application/*', SCIM],
    [SCIM, SCIM],
    [`${SCIM}; charset=utf-8`, SCIM],
    [`${JSON_TYPE}; charset=UTF-8`, JSON_TYPE],
    [JSON_TYPE, JSON_TYPE],
    [`${JSON_TYPE};q=0.5, ${SCIM}`, SCIM],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', JSON_TYPE],
  ])('for Accept %s is %s', async (accept, type) => {
    const answer = await tenant.send('GET', '/Users', undefined, accept === undefined ? {} : { Accept: accept });
    expect([answer.status, answer.headers['content-type'], answer.headers.vary]).toEqual([200, type, 'Accept']);
  });

  it.each(['text/plain', 'application/xml', 'image/*'])('for Accept %s is none: 406', async (accept) => {
    const answer = await tenant.send('GET', '/Users', undefined, { Accept: accept });
    expect([answer.status, answer.headers['content-type']]).toEqual([406, SCIM]);
  });

  it.each(['text/csv', 'application/xml', SCIM])('is no matter for operators: Accept %s', async (Accept) => {
    const answer = await server.send({ path: '/admin/api/tenants', token: server.adminToken, headers: { Accept } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, JSON_TYPE]);
  });
});
