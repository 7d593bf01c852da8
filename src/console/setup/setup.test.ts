import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../../http/testing/server.fixture.js';
import { formToken, Visitor } from '../../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';

let server: TestServer;
let tenant: TestTenant;
/** The address of the tenant's link, without the origin. */
let link: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  link = await linkOf(tenant);
});
afterAll(() => server.stop());

async function linkOf({ id }: Pick<TestTenant, 'id'>): Promise<string> {
  const { url } = await server.running.tenancy.setupLinks.make(id);
  return new URL(url).pathname;
}

/** Somebody who has opened a link. */
async function guest(path = link): Promise<Visitor> {
  const visitor = new Visitor(server);
  await visitor.get(path);
  return visitor;
}

const stepsDone = async (visitor: Visitor): Promise<string | undefined> =>
  /\d of 9 steps are done/u.exec((await visitor.get('/setup')).text)?.[0];

const secretIn = ({ text }: Answer): string => /fwscim_\w+/u.exec(text)?.[0] ?? '';

describe('a setup link', () => {
  it('is exchanged for a cookie, as often as it is opened, and leaves the address bar', async () => {
    for (let round = 0; round < 2; round += 1) {
      const { status, headers, text } = await server.send({ path: link });
      expect([status, headers.location, headers['referrer-policy']]).toEqual([303, '/setup', 'no-referrer']);
      expect(headers['set-cookie']).toEqual([
        expect.stringMatching(/^__Host-fwsetup=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/u),
      ]);
      expect(JSON.stringify(headers) + text).not.toContain(link.slice('/setup/'.length));
    }
  });

  it.each(['/setup', '/setup/nonsense', `/setup/${'A'.repeat(43)}`, '/setup/a/b', '/setup/%ff'])(
    'leads nowhere where it is %s',
    async (path) => {
      const { status, headers, text } = await server.send({ path });
      expect([status, headers['set-cookie'], text.includes('Contoso')]).toEqual([404, undefined, false]);
    },
  );

  it('is in no log, and its page loads nothing from elsewhere', async () => {
    const { headers } = await (await guest()).get('/setup');
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers['cache-control']).toBe('no-store');
    expect(server.log.join('')).not.toContain(link.slice('/setup/'.length));
  });

  it('ends when it is replaced or revoked, and works again when it is renewed', async () => {
    const other = await server.createTenant();
    const [first, second] = [await linkOf(other), await linkOf(other)];
    expect((await server.send({ path: first })).status).toBe(404);
    const visitor = await guest(second);
    const { setupLinks } = server.running.tenancy;
    await setupLinks.renew(other.id, 1);
    expect((await visitor.get('/setup')).status).toBe(200);
    await setupLinks.revoke(other.id);
    expect([(await visitor.get('/setup')).status, (await server.send({ path: second })).status]).toEqual([404, 404]);
    await expect(setupLinks.renew(other.id)).rejects.toMatchObject({ status: 404 });
  });

  it.each([0, 61, 1.5, Number.NaN])('lasts for no %s days', async (days) => {
    await expect(server.running.tenancy.setupLinks.make(tenant.id, days)).rejects.toMatchObject({
      scimType: 'invalidValue',
    });
  });
});

describe('the secret token of the setup page', () => {
  it('is shown by a form of the page alone, and then works', async () => {
    const visitor = await guest();
    expect((await visitor.get('/setup')).text).not.toContain('fwscim_');
    for (const [headers, on] of [
      [{ 'Sec-Fetch-Site': 'cross-site' }, '/setup'],
      [{ 'Sec-Fetch-Site': 'same-origin' }, undefined],
    ] as const) {
      const refused = await visitor.post('/setup/token', {}, { headers, ...(on === undefined ? {} : { on }) });
      expect([refused.status, secretIn(refused)]).toEqual([403, '']);
    }
    const shown = await visitor.post('/setup/token', {}, { on: '/setup' });
    expect((await server.send({ path: '/scim/Users', token: secretIn(shown) })).status).toBe(200);
    expect(await visitor.get('/setup/token')).toMatchObject({ status: 303, headers: { location: '/setup' } });
  });

  it('is another one each time; the one before lives for a day, and five at a time are enough', async () => {
    const other = await server.createTenant();
    const visitor = await guest(await linkOf(other));
    const show = (): Promise<Answer> => visitor.post('/setup/token', {}, { on: '/setup' });
    const secrets = [];
    for (let round = 0; round < 5; round += 1) secrets.push(secretIn(await show()));
    expect(new Set(secrets).size).toBe(5);
    const { status, text } = await show();
    expect([status, text.includes('shown 5 times within a day')]).toEqual([429, true]);
    const tokens = (await server.running.tenancy.listTokens(other.id)).filter(({ label }) => label === 'setup page');
    const lives = tokens.map(
      ({ expiresAt }) => expiresAt && Math.round((Date.parse(expiresAt) - Date.now()) / 3_600_000),
    );
    expect(lives).toEqual([24, 24, 24, 24, undefined]);
    expect((await server.send({ path: '/scim/Users', token: secrets[0] })).status).toBe(200);
  });

  it('is not shown more often to who asks many times at once', async () => {
    const other = await server.createTenant();
    const visitor = await guest(await linkOf(other));
    const token = formToken(await visitor.get('/setup')) ?? '';
    const shown = await Promise.all(Array.from({ length: 20 }, () => visitor.post('/setup/token', { token })));
    expect(shown.filter(({ status }) => status === 200).length).toBe(5);
    const tokens = await server.running.tenancy.listTokens(other.id);
    expect(tokens.filter(({ label, expiresAt }) => label === 'setup page' && expiresAt === undefined).length).toBe(1);
  });

  it('is not shown to a company that is disabled', async () => {
    const other = await server.createTenant();
    const visitor = await guest(await linkOf(other));
    await server.running.tenancy.setEnabled(other.id, false);
    const { status, text } = await visitor.post('/setup/token', {}, { on: '/setup' });
    expect([status, text.includes('FlexWhere has disabled this company')]).toEqual([403, true]);
  });
});

describe('the steps on the setup page', () => {
  it('are ticked by hand where they leave no sign, and unticked', async () => {
    const visitor = await guest(await linkOf(await server.createTenant()));
    await visitor.post('/setup/steps', { step: '4', done: 'yes' }, { on: '/setup' });
    expect(await stepsDone(visitor)).toBe('1 of 9 steps are done');
    await visitor.post('/setup/steps', { step: '4', done: 'no' }, { on: '/setup' });
    expect(await stepsDone(visitor)).toBe('0 of 9 steps are done');
    for (const step of ['3', '10', '__proto__']) {
      expect((await visitor.post('/setup/steps', { step, done: 'yes' }, { on: '/setup' })).status).toBe(400);
    }
  });

  it('tick themselves by what Entra sends', async () => {
    const other = await server.createTenant('Fabrikam');
    const visitor = await guest(await linkOf(other));
    const guid = 'cd5b2ed6-5e5a-4ae4-9d4e-ec9e2ba1e7c7';
    await other.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${guid}"`)}`);
    await server.running.flushActivity();
    expect(await stepsDone(visitor)).toBe('2 of 9 steps are done');
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    for (const userName of ['ada', 'ben'])
      await other.send('POST', '/Users', { schemas, userName, displayName: `<b>${userName}` });
    const { text } = await visitor.get('/setup');
    expect(text).toContain('4 of 9 steps are done');
    expect(text).toMatch(/&lt;b>ada arrived \d\d:\d\d UTC\./u);
  });

  it('count nobody whom the doctor has made, under whatever name', async () => {
    const other = await server.createTenant();
    const visitor = await guest(await linkOf(other));
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    await other.send('POST', '/Users', { schemas, userName: 'Flexwhere-doctor-1', displayName: 'probe' });
    expect((await visitor.get('/setup')).text).not.toContain('probe arrived');
  });

  it('say at once that a token was refused', async () => {
    const other = await server.createTenant();
    const visitor = await guest(await linkOf(other));
    await server.send({ path: '/scim/Users', token: other.token.slice(0, 30) });
    await server.running.flushActivity();
    expect((await visitor.get('/setup')).text).toMatch(/A call with a mistyped token came at \d\d:\d\d UTC\./u);
  });
});

describe('the setup link in the console', () => {
  it('is shown once, renewed and revoked by an operator', async () => {
    const { id } = await server.createTenant();
    const ada = new Visitor(server);
    await ada.signIn();
    const connection = `/admin/tenants/${id}/connection`;
    const change = (what: string): Promise<Answer> =>
      ada.post(`/admin/tenants/${id}/setup-link`, { do: what, days: '3' }, { on: connection });
    const made = await change('make');
    const path = /\/setup\/[\w-]{43}/u.exec(made.text)?.[0] ?? '';
    expect((await guest(path)).cookie).toContain('fwsetup=');
    const { text } = await ada.get(connection);
    expect([text.includes('Renew the link'), text.includes(path)]).toEqual([true, false]);
    expect((await change('renew')).status).toBe(303);
    await change('revoke');
    expect((await server.send({ path })).status).toBe(404);
    expect(formToken(made)).toBeDefined();
  });
});
