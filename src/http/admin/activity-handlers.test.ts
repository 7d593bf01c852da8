import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

let server: TestServer;
let tenant: TestTenant;

const ask = (path: string, method = 'GET', body?: object): Promise<Answer> =>
  server.send({
    ...{ path: `/admin/api${path}`, method, token: server.adminToken },
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  await tenant.send('GET', `/Users?filter=${encodeURIComponent('userName eq "ada"')}`);
  await tenant.send('POST', '/Users', { schemas: [], userName: 'ada' });
  await server.send({ path: '/scim/Users' });
  await server.running.flushActivity();
});
afterAll(() => server.stop());

it('the activity of a tenant is listed, selected and continued', async () => {
  const path = `/tenants/${tenant.id}/activity`;
  const first = await ask(`${path}?limit=1`);
  expect(first).toMatchObject({ status: 200, body: { entries: [{ operation: 'user.create', outcome: 'refused' }] } });
  const rest = await ask(`${path}?after=${String(first.body['next'])}`);
  expect(rest.body).toMatchObject({ entries: [{ operation: 'user.lookup', subject: 'ada' }], next: null });
  for (const query of [
    'outcome=nothing',
    'operation=user.l*',
    'subject=ADA&status=200',
    'from=2026-01-01T00:00:00Z&outcome=nothing,ok',
  ]) {
    expect([query, (await ask(`${path}?${query}`)).body['entries']]).toMatchObject([
      query,
      [{ operation: 'user.lookup' }],
    ]);
  }
  expect((await ask(`${path}?outcome=bad`)).status).toBe(400);
  expect((await ask('/tenants/0198c59f-0000-7000-8000-000000000000/activity')).status).toBe(404);
});

it('an export has the entries that its parameters select, as the list has them', async () => {
  const path = `/tenants/${tenant.id}/activity`;
  const { entries } = (await ask(`${path}?operation=user.create`)).body as { entries: { [name: string]: string }[] };
  const { at = '', requestId, tokenId } = entries[0] ?? {};
  const selects = [
    ...[
      'outcome=nothing',
      'operation=user.create',
      'subject=ADA',
      'status=400',
      'rule=no-such-rule',
      'to=2026-01-01T00:00:00Z',
    ],
    ...[`requestId=${requestId}`, `tokenId=${tokenId}`, `resourceId=${tenant.id}`, `from=${at}`, ''],
  ];
  for (const query of selects) {
    const listed = ((await ask(`${path}?${query}`)).body as { entries: { entryId: string; requestId: string }[] })
      .entries;
    const lines = (await ask(`${path}/export.ndjson?${query}`)).text.split('\n').slice(0, -1);
    const exported = lines.map((line) => (JSON.parse(line) as { entryId: string }).entryId);
    expect([query, exported]).toEqual([query, listed.map(({ entryId }) => entryId)]);
    const csv = await ask(`${path}/export.csv?${query}`);
    const rows = csv.text.split('\n').slice(1, -1);
    expect(rows.map((row, index) => row.includes(listed[index]?.requestId ?? 'none'))).toEqual(listed.map(() => true));
  }
  expect((await ask(`${path}/export.csv?outcome=bad`)).status).toBe(400);
});

it('the activity of all tenants says whose it is, and that of nobody is apart', async () => {
  expect((await ask('/activity?limit=1')).body['entries']).toMatchObject([{ tenantId: tenant.id }]);
  expect((await ask('/activity?tenant=none')).body['entries']).toMatchObject([{ tenantId: null, reason: 'absent' }]);
});

it('the activity of a tenant is counted by the hour', async () => {
  const { body } = await ask(`/tenants/${tenant.id}/activity/summary`);
  expect(body['hours']).toMatchObject([
    { operation: 'user.create', outcome: 'refused', count: 1 },
    { operation: 'user.lookup', outcome: 'nothing', count: 1 },
  ]);
});

it('the settings of the log are changed within their bounds', async () => {
  const path = `/tenants/${tenant.id}/activity/settings`;
  expect((await ask(path)).body).toEqual({ retentionDays: 30 });
  expect((await ask(path, 'PATCH', { retentionDays: 90 })).body).toEqual({ retentionDays: 90 });
  expect((await ask(path, 'PATCH', { retentionDays: 401 })).status).toBe(400);
});

it('a person is explained by any name', async () => {
  const { body } = await ask(`/tenants/${tenant.id}/people/${encodeURIComponent('ADA')}/explanation`);
  expect(body).toMatchObject({ number: 3, sections: { held: null, timeline: [{ operation: 'user.create' }, {}] } });
});
