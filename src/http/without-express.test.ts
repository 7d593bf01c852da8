import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { user } from './testing/bulk.fixture.js';
import { startTestServer, type Answer, type Sent, type TestServer, type TestTenant } from './testing/server.fixture.js';

let server: TestServer;
let tenant: TestTenant;
let id: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
  id = String((await tenant.send('POST', '/Users', user('ada@contoso.example'))).body['id']);
  return () => server.stop();
});

/** Both take SCIM's own type. With the second, a browser may have sent a request, which goes through Express therefore. */
const ACCEPT = { directly: 'application/scim+json', throughExpress: 'application/scim+json, text/html;q=0.1' };

const JSON_BODY = { 'Content-Type': 'application/scim+json' };
const post = (path: string, body: Sent['body'], headers: Sent['headers'] = JSON_BODY): Sent => ({
  ...{ method: 'POST', path, headers },
  ...(body === undefined ? {} : { body }),
});

/** What of an answer may not depend on the way that its request took. */
function comparable({ status, headers, text }: Answer): JsonObject {
  const { date, 'x-request-id': requestId, ...others } = headers;
  expect([typeof date, typeof requestId]).toEqual(['string', 'string']);
  return { status, headers: others as JsonObject, text };
}

async function bothWays(sent: Sent): Promise<readonly JsonObject[]> {
  const answers = [];
  for (const accept of [ACCEPT.directly, ACCEPT.throughExpress]) {
    answers.push(await server.send({ token: tenant.token, ...sent, headers: { ...sent.headers, Accept: accept } }));
  }
  return answers.map(comparable);
}

const REQUESTS: readonly (() => Sent)[] = [
  () => ({ path: '/scim/Users' }),
  () => ({ path: '/scim/Users/' }),
  () => ({ path: '//scim//Users' }),
  () => ({ path: '/SCIM/users?COUNT=1' }),
  () => ({ path: `/scim/Users/${id}` }),
  () => ({ path: `/scim/Users/${id}`, method: 'HEAD' }),
  () => ({ path: `/scim/Users/${id}`, headers: { 'If-None-Match': '*' } }),
  () => ({ path: `/scim/Users/${id}`, method: 'OPTIONS' }),
  () => ({ path: `/scim/Users/${id}`, method: 'TRACE' }),
  () => ({ path: '/scim/Users', method: 'HEAD' }),
  () => ({ path: '/scim/Users/nobody' }),
  () => ({ path: '/scim/Users/nobody', method: 'DELETE' }),
  () => ({ path: '/scim/Users/a%zzb' }),
  () => ({ path: '/scim/Users?filter=userName+eq' }),
  () => ({ path: '/scim/Users#part' }),
  () => ({ path: '/scim' }),
  () => ({ path: '/scim/' }),
  () => ({ path: '/scim?count=1' }),
  () => ({ path: '/scim#part' }),
  () => ({ path: '/scimitar' }),
  () => ({ path: '/scim/v2/Users' }),
  () => ({ path: `/scim/${'x/'.repeat(1_500)}` }),
  () => ({ path: `/scim//${'x/'.repeat(1_500)}` }),
  () => ({ path: 'http://elsewhere.example/scim/Users' }),
  () => ({ path: '/%73cim/Users' }),
  () => ({ path: '/scim/Users', token: 'wrong' }),
  () => ({ path: '/scim/Users', token: undefined }),
  () => ({ path: `/scim/Users?access_token=${tenant.token}`, token: undefined, method: 'HEAD' }),
  () => post('/scim/Users', user('ada@contoso.example')),
  () => post('/scim/Users', '{"schemas":'),
  () => post('/scim/Users', 'x'.repeat(2_000_000)),
  () => post('/scim/Users', 'text', { 'Content-Type': 'text/plain' }),
  () => post('/scim/Users', undefined),
  () => post('/scim/Schemas', {}),
];

describe('a SCIM request', () => {
  it.each(REQUESTS.map((request) => [String(request).slice('() => '.length), request] as const))(
    'is answered without Express as with it: %s',
    async (_text, request) => {
      const [directly, throughExpress] = await bothWays(request());
      expect(directly).toEqual(throughExpress);
    },
  );

  it.each([ACCEPT.directly, ACCEPT.throughExpress])('gets the common headers, where it accepts %s', async (Accept) => {
    const { headers } = await tenant.send('GET', '/Users', undefined, { Accept, 'X-Request-Id': 'mine' });
    expect(headers).toMatchObject({
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cache-control': 'no-store',
      vary: 'Accept',
    });
  });
});
