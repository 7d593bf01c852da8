import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const NEVER = '01890000-0000-7000-8000-000000000000';

const USER_BODY: JsonObject = {
  schemas: [USER, ENTERPRISE],
  userName: 'ada@contoso.example',
  externalId: 'ada',
  displayName: 'Ada',
  emails: [{ type: 'work', value: 'ada@contoso.example', primary: true }],
};
const GROUP_BODY: JsonObject = { schemas: [GROUP], displayName: 'Floor wardens', externalId: 'wardens' };
const patch = (...Operations: JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

interface Company {
  readonly tenant: TestTenant;
  readonly user: string;
  readonly group: string;
}

describe.each(storageKinds)('two tenants with the same names on $name', (kind) => {
  let server: TestServer;
  let ours: Company;
  let theirs: Company;

  beforeAll(async () => {
    server = await startTestServer(kind);
    [ours, theirs] = [await company(server), await company(server)];
  });
  afterAll(() => server.stop());

  const requests: readonly [string, string, JsonObject?][] = [
    ['GET', '/Users/USER'],
    ['GET', '/Users/USER?attributes=userName'],
    ['PUT', '/Users/USER', { ...USER_BODY, userName: 'taken over' }],
    ['PATCH', '/Users/USER', patch({ op: 'replace', path: 'active', value: false })],
    ['DELETE', '/Users/USER'],
    ['GET', '/Groups/GROUP'],
    ['GET', '/Groups/GROUP?excludedAttributes=members'],
    ['PUT', '/Groups/GROUP', { ...GROUP_BODY, displayName: 'taken over' }],
    ['PATCH', '/Groups/GROUP', patch({ op: 'remove', path: 'members' })],
    ['DELETE', '/Groups/GROUP'],
  ];

  it.each(requests)("%s %s answers another tenant's id exactly like one that never was", async (method, path, body) => {
    const before = await snapshot(theirs);
    const foreign = await ours.tenant.send(method, filled(path, theirs.user, theirs.group), body);
    const never = await ours.tenant.send(method, filled(path, NEVER, NEVER), body);
    expect(foreign.status).toBe(404);
    expect(withoutIds(foreign, theirs)).toEqual(withoutIds(never, theirs));
    expect(await snapshot(theirs)).toBe(before);
  });

  it.each([
    ['/Users', 'userName eq "ada@contoso.example"'],
    ['/Users', 'externalId eq "ada"'],
    ['/Users', 'displayName eq "Ada"'],
    ['/Users', 'emails[type eq "work"].value eq "ada@contoso.example"'],
    ['/Users', 'userName pr'],
    ['/Users', 'groups.display eq "Floor wardens"'],
    ['/Groups', 'displayName eq "Floor wardens"'],
    ['/Groups', 'externalId eq "wardens"'],
    ['/Groups', 'members.display eq "Ada"'],
  ])('GET %s?filter=%s finds the own one alone', async (path, filter) => {
    const found = await ours.tenant.send('GET', `${path}?filter=${encodeURIComponent(filter)}`);
    const own = path === '/Users' ? ours.user : ours.group;
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: own }] });
  });

  const search = (path: string, filter: string): Promise<Answer> =>
    ours.tenant.send('POST', path, { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter });

  it.each([
    ['/Users', 'id'],
    ['/Groups', 'members.value'],
    ['/Users', 'groups.value'],
  ])("GET %s?filter=%s eq another tenant's id finds nothing", async (path, attribute) => {
    for (const id of [theirs.user, theirs.group]) {
      const filter = `${attribute} eq "${id}"`;
      const found = await ours.tenant.send('GET', `${path}?filter=${encodeURIComponent(filter)}`);
      const searched = [await search(`${path}/.search`, filter), await search('/.search', filter)];
      expect([found, ...searched].map(({ body }) => body['totalResults'])).toEqual([0, 0, 0]);
    }
  });

  it.each(['id pr', 'displayName pr', 'externalId pr', 'meta.created pr', 'userName pr or members pr'])(
    'a search for %s finds the own resources alone',
    async (filter) => {
      const [users, groups, both] = [
        await search('/Users/.search', filter),
        await search('/Groups/.search', filter),
        await search('/.search', filter),
      ];
      expect(users.body).toMatchObject({ totalResults: 1, Resources: [{ id: ours.user }] });
      expect(groups.body).toMatchObject({ totalResults: 1, Resources: [{ id: ours.group }] });
      expect(both.body).toMatchObject({ totalResults: 2, Resources: [{ id: ours.user }, { id: ours.group }] });
    },
  );

  it('lists show the own resources alone', async () => {
    for (const path of ['/Users', '/Groups', '/Users?sortBy=userName', '/Groups?count=0']) {
      const list = await ours.tenant.send('GET', path);
      expect(list.body['totalResults']).toBe(1);
      expect(list.text).not.toContain(theirs.user);
      expect(list.text).not.toContain(theirs.group);
    }
  });

  it.each([
    ['POST', '/Groups', (id: string) => ({ ...GROUP_BODY, displayName: 'other', members: [{ value: id }] })],
    ['PUT', '/Groups/GROUP', (id: string) => ({ ...GROUP_BODY, members: [{ value: id }] })],
    ['PATCH', '/Groups/GROUP', (id: string) => patch({ op: 'Add', path: 'members', value: [{ value: id }] })],
  ] as const)("%s %s refuses another tenant's resources as members", async (method, path, body) => {
    const before = await snapshot(ours);
    for (const id of [theirs.user, theirs.group]) {
      const foreign = await ours.tenant.send(method, filled(path, ours.user, ours.group), body(id));
      const never = await ours.tenant.send(method, filled(path, ours.user, ours.group), body(NEVER));
      expect([foreign.status, foreign.body['scimType']]).toEqual([400, 'invalidValue']);
      expect(withoutIds(foreign, theirs)).toEqual(withoutIds(never, theirs));
    }
    expect(await snapshot(ours)).toBe(before);
  });

  it("a bulk request reaches nothing of another tenant's", async () => {
    const before = [await snapshot(ours), await snapshot(theirs)];
    const data = patch({ op: 'Add', path: 'members', value: [{ value: theirs.user }] });
    const operations = [
      { method: 'PUT', path: `/Users/${theirs.user}`, data: { ...USER_BODY, userName: 'taken over' } },
      { method: 'PATCH', path: `/Groups/${theirs.group}`, data: patch({ op: 'remove', path: 'members' }) },
      { method: 'DELETE', path: `/Users/${theirs.user}` },
      { method: 'PATCH', path: `/Groups/${ours.group}`, data },
    ];
    const answer = await ours.tenant.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: operations,
    });
    expect(answer.body['Operations']).toMatchObject(['404', '404', '404', '400'].map((status) => ({ status })));
    expect([await snapshot(ours), await snapshot(theirs)]).toEqual(before);
  });

  it("shows nothing of another tenant's user who is named as manager", async () => {
    const path = `${ENTERPRISE}:manager`;
    const named = await ours.tenant.send(
      'PATCH',
      `/Users/${ours.user}`,
      patch({ op: 'add', path, value: theirs.user }),
    );
    expect(named.body[ENTERPRISE]).toEqual({ manager: { value: theirs.user } });
    await ours.tenant.send('PATCH', `/Users/${ours.user}`, patch({ op: 'remove', path }));
  });
});

async function company(server: TestServer): Promise<Company> {
  const tenant = await server.createTenant();
  const user = await tenant.send('POST', '/Users', USER_BODY);
  expect(user.status).toBe(201);
  const members = [{ value: String(user.body['id']) }];
  const group = await tenant.send('POST', '/Groups', { ...GROUP_BODY, members });
  expect(group.status).toBe(201);
  return { tenant, user: String(user.body['id']), group: String(group.body['id']) };
}

const filled = (path: string, user: string, group: string): string =>
  path.replace('USER', user).replace('GROUP', group);

async function snapshot({ tenant, user, group }: Company): Promise<string> {
  return (await tenant.send('GET', `/Users/${user}`)).text + (await tenant.send('GET', `/Groups/${group}`)).text;
}

function withoutIds({ status, text }: Answer, { user, group }: Company): unknown {
  return { status, text: [user, group, NEVER].reduce((rest, id) => rest.replaceAll(id, 'ID'), text) };
}
