import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertFinding } from '../model/alert/alert.js';
import { openStorage } from '../storage/sql/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { addTenant, sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer } from './testing/server.fixture.js';
import { Visitor } from './testing/visitor.fixture.js';

const ID = (digit: number): string => `0198c5d2-7a11-7003-9f6c-00000000000${digit}`;
const COMPANIES = { Aachen: ID(7), Berlin: ID(8), Zwolle: ID(9) };
const AT = '2026-06-01T12:00:00.000Z';
const SILENT = 'Entra has not called since yesterday.';

let server: TestServer;
let storage: Storage;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  storage = await openStorage({ databaseUrl: server.databaseUrl, queryTimeoutMs: 5_000 });
  for (const [name, id] of Object.entries(COMPANIES)) {
    await addTenant(storage, id, { name });
    await storage.tenants.insertToken(
      {
        ...{ id: `token of ${name}`, tenantId: id, label: 'Entra', created: AT },
        ...{ expiresAt: undefined, lastUsed: new Date().toISOString(), revokedAt: undefined },
      },
      name,
    );
  }
  const token = { kind: 'token-expires', subject: 'token of Berlin', stage: '14', sentence: 'It expires.' } as const;
  await open(COMPANIES.Zwolle, 1, { kind: 'silent', subject: '', stage: 'open', sentence: SILENT });
  await open(COMPANIES.Zwolle, 2, { kind: 'refusals', subject: '', stage: 'open', sentence: 'Many are refused.' });
  await open(COMPANIES.Berlin, 3, token);
});
afterAll(async () => {
  await storage.close();
  await server.stop();
});

const open = (tenantId: string, digit: number, finding: Omit<AlertFinding, 'since'>): Promise<boolean> =>
  storage.alerts.open(tenantId, ID(digit), { ...finding, since: AT }, AT);

const ask = (query = '', token = server.adminToken): Promise<Answer> =>
  server.send({ path: `/admin/api/alerts${query}`, token });

describe('alerts in the admin API', () => {
  it('are listed with their company, the latest first, a page at a time', async () => {
    const first = await ask('?limit=2');
    expect(first).toMatchObject({ status: 200, body: { next: ID(2) } });
    const rest = await ask(`?limit=2&after=${ID(2)}`);
    expect(rest.body).toEqual({
      alerts: [
        {
          ...{ alertId: ID(1), tenantId: COMPANIES.Zwolle, tenantName: 'Zwolle', kind: 'silent', sentence: SILENT },
          ...{ since: AT, opened: AT, daysLeft: null, subjectId: null, toldAt: null, failure: null },
        },
      ],
      next: null,
    });
    expect(first.body['alerts']).toMatchObject([
      { alertId: ID(3), kind: 'token-expires', daysLeft: 14, subjectId: 'token of Berlin' },
      { alertId: ID(2), kind: 'refusals' },
    ]);
  });

  it('take a cursor of a page alone, and an admin token', async () => {
    expect((await ask('?after=x')).status).toBe(400);
    expect((await ask('', 'x'.repeat(40))).status).toBe(401);
  });
});

it('alerts are counted by their kind in /metrics, those of kinds without any as well', async () => {
  const { text } = await server.send({ path: '/metrics', token: server.adminToken });
  const lines = text.split('\n').filter((line) => line.startsWith('scim_alert'));
  expect(lines).toEqual([
    'scim_alerts_open{kind="silent"} 1',
    'scim_alerts_open{kind="refusals"} 1',
    'scim_alerts_open{kind="token-expires"} 1',
    'scim_alert_messages_undelivered{state="retrying"} 0',
    'scim_alert_messages_undelivered{state="given_up"} 0',
  ]);
});

describe('alerts in the console', () => {
  let ada: Visitor;
  beforeAll(async () => {
    ada = new Visitor(server);
    await ada.signIn();
  });

  const named = (text: string): readonly string[] =>
    [...text.matchAll(/>(Aachen|Berlin|Zwolle|Company \d+)</gu)].flatMap(([, name]) => name ?? []);

  it('come first, the worst of them before the others, wherever the names are in the alphabet', async () => {
    const before = await ada.get('/admin');
    expect(named(before.text)).toEqual(['Zwolle', 'Berlin', 'Aachen']);
    expect(before.text).toContain(SILENT);
    const ids = Array.from({ length: 1_000 }, (_, index) => `Company ${index}`);
    await Promise.all(ids.map((id) => addTenant(storage, id, { name: id })));
    expect(named((await ada.get('/admin')).text).slice(0, 2)).toEqual(['Zwolle', 'Company 0']);
  }, 60_000);

  it('are on the page of the company, all of them, and are counted on the page Health', async () => {
    const { text } = await ada.get(`/admin/tenants/${COMPANIES.Zwolle}`);
    expect([text.includes(SILENT), text.includes('Many are refused.')]).toEqual([true, true]);
    expect((await ada.get(`/admin/tenants/${COMPANIES.Aachen}`)).text).not.toContain('Alerts');
    expect((await ada.get('/admin/health')).text).toContain(
      '1 company fell silent, 1 company with many refusals, 1 token about to expire',
    );
  });
});
