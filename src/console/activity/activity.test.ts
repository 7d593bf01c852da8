import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let server: TestServer;
let tenant: TestTenant;
let ada: Visitor;
let company: string;
let personId: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  company = `/admin/tenants/${tenant.id}`;
  await tenant.send('GET', `/Users?filter=${encodeURIComponent('userName eq "gone@contoso.example"')}`);
  const created = await tenant.send('POST', '/Users', { schemas: [USER], userName: 'ben', displayName: '<i>Ben</i>' });
  personId = String(created.body['id']);
  await tenant.send('POST', '/Users', { schemas: [USER], userName: 'ben' });
  ada = new Visitor(server);
  await ada.signIn();
});
afterAll(() => server.stop());

const activity = async (query = ''): Promise<string> => (await ada.get(`${company}/activity${query}`)).text;

describe('the activity page', () => {
  it('lists what Entra asked for by its meaning, and counts the week', async () => {
    await expect.poll(activity).toContain('user.create');
    await expect.poll(activity).toMatch(/<td[^>]*>3<\/td>|Answered/u);
  });

  it('shows what was refused, and leads to all that is kept of it', async () => {
    await expect.poll(() => activity('?show=refused')).toMatch(/href="[^"]+\/activity\/[\w-]+"/u);
    const text = await activity('?show=refused');
    expect(text).not.toContain('user.lookup');
    const entry = /href="([^"]+\/activity\/[\w-]+)"/u.exec(text)?.[1] ?? '';
    expect((await ada.get(entry)).text).toContain('uniqueness');
    expect((await ada.get(`${company}/activity/${tenant.id}`)).status).toBe(404);
  });
});

describe('the links to save what the page shows', () => {
  const saved = async (page: string, kind: string): Promise<Answer> => {
    const links = [...(await activity(page)).matchAll(/ href="([^"]+)"/gu)].map(([, link = '']) => link);
    const link = links.find((one) => one.includes(`/export.${kind}`)) ?? '';
    return ada.get(link.replaceAll('&amp;', '&'));
  };

  it('keep what the page is filtered by', async () => {
    await expect.poll(activity).toContain('user.lookup');
    const refused = await saved('?show=refused', 'csv');
    expect(refused.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="activity.csv"',
      'cache-control': 'no-store',
    });
    expect(refused.text.match(/user\.\w+/gu)).toEqual(['user.create']);
    const ofOne = await saved('?q=Gone%40contoso.example', 'ndjson');
    expect(
      ofOne.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toMatchObject([{ operation: 'user.lookup', outcome: 'nothing' }]);
    expect((await saved('', 'ndjson')).text.trimEnd().split('\n')).toHaveLength(3);
  });

  it('save nothing without a session, and nothing of another company', async () => {
    expect((await new Visitor(server).get(`${company}/activity/export.csv`)).status).toBe(303);
    const other = await server.createTenant();
    const { text } = await ada.get(`/admin/tenants/${other.id}/activity/export.ndjson`);
    expect(text).toBe('');
  });
});

describe('what happened to somebody', () => {
  it('is said of a person who arrived, at the top of the page', async () => {
    const { text } = await ada.get(`${company}/people/${personId}`);
    expect(text).toMatch(/<p class="verdict">[^<]+\./u);
    expect(text).not.toContain('<i>');
  });

  it('is said of somebody who never arrived', async () => {
    const explained = async (): Promise<string> =>
      (await ada.get(`${company}/explain?name=gone%40contoso.example`)).text;
    await expect.poll(explained).toContain('found nobody and created nobody');
    expect((await ada.get(`${company}/people?q=gone`)).text).toContain('What happened to “gone”?');
  });
});
