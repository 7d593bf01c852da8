import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../http/testing/server.fixture.js';
import { formToken, Visitor } from '../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';

/** Names that would run script, or leave an attribute, if a page wrote them as they are. */
const HOSTILE = `<script>alert(1)</script>" onmouseover="alert(1)' <img src=x onerror=alert(1)>`;

let server: TestServer;
let tenant: TestTenant;
let personId: string;
let groupId: string;
let ada: Visitor;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  for (const name of ['ben', 'cem', 'dea']) await createUser(`${name}@contoso.example`, name);
  personId = await createUser('ada@contoso.example', HOSTILE);
  const group = await tenant.send('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: HOSTILE,
    members: [{ value: personId }],
  });
  groupId = String(group.body['id']);
  ada = new Visitor(server);
  await ada.signIn();
});
afterAll(() => server.stop());

async function createUser(userName: string, displayName: string): Promise<string> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  const { body } = await tenant.send('POST', '/Users', { schemas, userName, displayName, active: true });
  return String(body['id']);
}

const pages = (): readonly string[] => {
  const company = `/admin/tenants/${tenant.id}`;
  return [
    ...['/admin', '/admin/health', '/admin/sessions', '/admin/new', company, `${company}/connection`],
    ...[`${company}/people`, `${company}/people?q=ada`, `${company}/people/${personId}`],
    ...[`${company}/activity`, `${company}/explain?name=nobody`, `${company}/groups`, `${company}/groups/${groupId}`],
  ];
};

describe('signing in to the console', () => {
  it('leads whoever is not signed in to the sign-in page, and back to the page that was wanted', async () => {
    const visitor = new Visitor(server);
    const turned = await visitor.get(`/admin/tenants/${tenant.id}/people?q=a`);
    expect(turned.status).toBe(303);
    const next = new URL(turned.headers.location ?? '', server.url).searchParams.get('next') ?? '';
    const signedIn = await visitor.post('/admin/sign-in', { name: 'Ben', 'admin-token': server.adminToken, next });
    expect([signedIn.status, signedIn.headers.location]).toEqual([303, `/admin/tenants/${tenant.id}/people?q=a`]);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/admin//evil',
    '/scim/Users',
    'javascript:alert(1)',
    '/admin\\@evil',
  ])('never leads to %s', async (next) => {
    const visitor = new Visitor(server);
    const answer = await visitor.post('/admin/sign-in', { name: 'Ben', 'admin-token': server.adminToken, next });
    expect([answer.status, answer.headers.location]).toEqual([303, '/admin']);
  });

  it('gives a cookie that only this host can set, and no script can read', async () => {
    const answer = await new Visitor(server).signIn();
    const [given] = answer.headers['set-cookie'] ?? [];
    expect(given).toMatch(/^__Host-fw=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/u);
  });

  it.each([
    ['a wrong token', { name: 'Ben', 'admin-token': 'x'.repeat(40) }, 403],
    ['no name beside the ADMIN_TOKEN', { name: ' ', 'admin-token': 'ADMIN_TOKEN' }, 400],
  ])('is refused with %s', async (_what, fields, status) => {
    const visitor = new Visitor(server);
    const token = fields['admin-token'] === 'ADMIN_TOKEN' ? server.adminToken : fields['admin-token'];
    const answer = await visitor.post('/admin/sign-in', { ...fields, 'admin-token': token });
    expect([answer.status, visitor.cookie]).toEqual([status, '']);
  });

  it('is over at once, in every process, when the session is ended', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn('Cem');
    const hash =
      /name="session" value="([^"]+)"/u.exec((await ada.get('/admin/sessions')).text.split('Cem')[1] ?? '')?.[1] ?? '';
    expect((await ada.post('/admin/sessions/end', { session: hash }, { on: '/admin/sessions' })).status).toBe(303);
    expect((await visitor.get('/admin')).status).toBe(303);
  });

  it('is over when the visitor signs out, also for a copy of the cookie', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn();
    const { cookie } = visitor;
    await visitor.post('/admin/sign-out', {}, { on: '/admin' });
    expect((await new Visitor(server).get('/admin', { Cookie: cookie })).status).toBe(303);
  });
});

describe('attempts to sign in', () => {
  it('are five at once from one address; then whoever tries is told how long to wait', async () => {
    const other = await startTestServer(sqliteStorage, { TRUSTED_PROXIES: '127.0.0.1' });
    const attempt = async (address: string): Promise<number> => {
      const headers = { 'Sec-Fetch-Site': 'same-origin', 'X-Forwarded-For': address };
      const answer = await new Visitor(other).post('/admin/sign-in', { name: 'x', 'admin-token': 'x' }, { headers });
      return answer.status;
    };
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await attempt('198.51.100.1'));
    expect([...statuses, await attempt('198.51.100.2')]).toEqual([403, 403, 403, 403, 403, 429, 403]);
    await other.stop();
  });

  it.each([['not set', '', 'flexwhere-scim admin-token create']])(
    'fail where the admin token is %s, and the page says how to get one',
    async (_what, ADMIN_TOKEN, words) => {
      const other = await startTestServer(sqliteStorage, { ADMIN_TOKEN });
      const visitor = new Visitor({ url: other.url, adminToken: ADMIN_TOKEN });
      expect((await visitor.get('/admin/sign-in')).text).toContain(words);
      expect((await visitor.signIn()).status).toBe(403);
      await other.stop();
    },
  );
});

describe('a form of the console', () => {
  const rename = (fields: Record<string, string>, headers: Record<string, string>): Promise<Answer> =>
    ada.post(`/admin/tenants/${tenant.id}/rename`, { name: 'Evil', ...fields }, { headers });

  it.each([
    ['that comes from another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['that comes from a host beside this one', { 'Sec-Fetch-Site': 'same-site' }],
    ['that has another origin', { Origin: 'https://evil.example' }],
    ['that has no origin', {}],
    ['whose origin was withheld', { Origin: 'null' }],
  ])('%s is refused, though it has the token of the session', async (_what, headers) => {
    const token = formToken(await ada.get('/admin')) ?? '';
    expect((await rename({ token }, headers)).status).toBe(403);
    expect((await server.running.tenancy.getTenant(tenant.id)).name).toBe('Contoso');
  });

  it.each(['', 'x', 'f'.repeat(64)])(
    'with the token %j is refused, though it comes from the console',
    async (token) => {
      expect((await rename({ token }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(403);
    },
  );

  it('is taken from a browser that says where it comes from in Origin alone', async () => {
    const token = formToken(await ada.get('/admin')) ?? '';
    const headers = { Origin: new URL(server.url).origin };
    expect((await rename({ token, name: 'Contoso' }, headers)).status).toBe(303);
  });

  it('that is too long is refused', async () => {
    expect((await rename({ name: 'x'.repeat(70_000) }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(413);
  });
});

describe('every page of the console', () => {
  it('is sent so that it loads nothing from elsewhere, is not framed, and stays in no cache', async () => {
    for (const path of pages()) {
      const { status, headers } = await ada.get(path);
      expect([path, status, headers['cache-control'], headers['content-type']]).toEqual([
        ...[path, 200, 'no-store', 'text/html; charset=utf-8'],
      ]);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
    }
  });

  it('writes foreign names as text', async () => {
    await server.running.tenancy.changeTenant(tenant.id, { name: HOSTILE });
    try {
      for (const path of pages()) {
        const { text } = await ada.get(path);
        expect(text).not.toMatch(/<script>|<img|" onmouseover/u);
      }
      expect((await ada.get(`/admin/tenants/${tenant.id}/people/${personId}`)).text).toContain('&lt;script>alert(1)');
    } finally {
      await server.running.tenancy.changeTenant(tenant.id, { name: 'Contoso' });
    }
  });

  it('has each search in a page as text, too', async () => {
    const { text } = await ada.get(`/admin/tenants/${tenant.id}/people?q=${encodeURIComponent(HOSTILE)}`);
    expect(text).not.toMatch(/<script>|<img|" onmouseover/u);
  });

  it('writes addresses through the link helper and the forms alone', () => {
    const files = readdirSync('src/console', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.tsx'),
    );
    const writing = files.filter((file) =>
      /\b(?:href|action|src|formaction)=\{/u.test(readFileSync(`src/console/${file}`, 'utf8')),
    );
    expect(writing.sort()).toEqual(['layout/form.tsx', 'layout/link.tsx', 'layout/page.tsx']);
    const raw = files.filter((file) => readFileSync(`src/console/${file}`, 'utf8').includes('dangerouslySetInnerHTML'));
    expect(raw).toEqual([]);
  });

  it('has files whose addresses change with their content', async () => {
    const { text } = await ada.get('/admin');
    const files = [...text.matchAll(/\/admin\/assets\/[^"]+/gu)].map(([file]) => file);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const { status, headers } = await new Visitor(server).get(file);
      expect([status, headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });

  it.each(['/admin/nothing', '/admin/tenants/x', '/admin/%E0%A4%A', '/admin/assets/../console.ts'])(
    'answers %s with a page that says so, and the id of the request',
    async (path) => {
      const { status, text, headers } = await ada.get(path);
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(text).toContain(String(headers['x-request-id']));
    },
  );
});

describe('the page of people', () => {
  const people = (query: string): Promise<Answer> => ada.get(`/admin/tenants/${tenant.id}/people${query}`);
  const names = ({ text }: Answer): readonly string[] =>
    [...text.matchAll(/>(\w+)@contoso/gu)].map(([, name]) => name ?? '');

  it('lists them by userName', async () => {
    expect(names(await people(''))).toEqual(['ada', 'ben', 'cem', 'dea']);
  });

  it('finds those whose userName or displayName begins as searched, in any case', async () => {
    expect(names(await people('?q=BE'))).toEqual(['ben']);
    expect(names(await people(`?q=${encodeURIComponent('<scr')}`))).toEqual(['ada']);
  });

  it('says so where nobody is found', async () => {
    expect((await people('?q=zz')).text).toContain("Nobody's userName begins with “zz”.");
  });

  it('refuses a page that it gave no link to', async () => {
    expect((await people('?after=nonsense')).status).toBe(400);
  });
});

describe('a company in the console', () => {
  it('is created with a token that is shown once, works, and stops working when it is revoked', async () => {
    const created = await ada.post('/admin/new', { name: 'Fabrikam' }, { on: '/admin/new' });
    const [secret = ''] = /fwscim_\w+/u.exec(created.text) ?? [];
    const lookUp = async (): Promise<number> => (await server.send({ path: '/scim/Users', token: secret })).status;
    expect(await lookUp()).toBe(200);
    const id = /\/admin\/tenants\/([\w-]+)/u.exec(created.text)?.[1] ?? '';
    const connection = await ada.get(`/admin/tenants/${id}/connection`);
    expect(connection.text).not.toContain('fwscim_');
    const revoke = /\/admin\/tenants\/[\w-]+\/tokens\/[\w-]+\/revoke/u.exec(connection.text)?.[0] ?? '';
    await ada.post(revoke, {}, { on: revoke });
    expect(await lookUp()).toBe(401);
    expect((await ada.get('/admin')).text).toContain('No token is valid, so Entra is refused.');
  });

  it('is deleted only where its name is typed', async () => {
    const { id } = await server.createTenant('Doomed');
    const path = `/admin/tenants/${id}`;
    expect((await ada.post(`${path}/delete`, { 'name-typed': 'doomed' }, { on: path })).status).toBe(400);
    expect((await ada.post(`${path}/delete`, { 'name-typed': 'Doomed' }, { on: path })).status).toBe(303);
    expect((await ada.get(path)).status).toBe(404);
  });
});
