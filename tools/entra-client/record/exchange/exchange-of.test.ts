import { describe, expect, test } from 'vitest';
import { recorded, type Seen } from '../recorded.fixture.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
const ID = '2819c223-7f76-453a-919d-413861904646';
const MAIL = 'ana@contoso.com';

const bodyOf = (body: unknown): unknown => recorded({ method: 'POST', body })[0]?.request.body;

describe('what is recorded of a request', () => {
  const targets: readonly (readonly [string, string])[] = [
    [
      '/Users?filter=userName+eq+%22ana%40contoso.com%22',
      '/Users?filter=userName+eq+%22person-1-{{run}}%40replaced.example%22',
    ],
    [
      '/Users?filter=userName%20eq%20"ana@contoso.com"',
      '/Users?filter=userName%20eq%20"person-1-{{run}}@replaced.example"',
    ],
    [
      '/Users?filter=emails%5btype+eq+%22work%22%5d.value+eq+%22a%40b.c%22',
      '/Users?filter=emails%5btype+eq+%22work%22%5d.value+eq+%22person-1-{{run}}%40replaced.example%22',
    ],
    [
      '/Groups?excludedAttributes=members&filter=displayName+eq+%22Sales%22',
      '/Groups?excludedAttributes=members&filter=displayName+eq+%22value-1-{{run}}%22',
    ],
    [`/Users/${ID}?attributes=id,userName`, '/Users/{{uuid:1}}?attributes=id,userName'],
    ['/Users?filter=externalId+eq+ana', '/Users?filter=externalId+eq+value-1-{{run}}'],
    ['/Users?filter=userName+eq+%22ana', '/Users?filter=userName+eq+%22value-1-{{run}}'],
    ['/Users?filter=active+eq+true&startIndex=1&count=5', '/Users?filter=active+eq+true&startIndex=1&count=5'],
    ['/Users?startIndex=8001015009087', '/Users?startIndex=900000001'],
    ['/Users?filter=%E0%A4%A', '/Users?filter=%'],
    ['/Users/?aadOptscim062020&ana=ana', '/Users/?aadOptscim062020&custom1=value-2-{{run}}'],
    ['/Users?access_token=fwscim_secret', '/Users?access_token={{token}}'],
    [`/Schemas/${ENTERPRISE}`, `/Schemas/${ENTERPRISE}`],
    [`/Schemas/${CONTOSO}`, '/Schemas/urn:ietf:params:scim:schemas:extension:custom1:2.0:User'],
    ['/ana.smith/x', '/value-1-{{run}}/value-2-{{run}}'],
  ];

  test.each(targets)('the target %s becomes %s', (path, expected) => {
    expect(recorded({ path })[0]?.request.path).toBe(expected);
  });

  const bodies: readonly (readonly [string, unknown, unknown])[] = [
    ['text', { userName: 'Ana' }, { userName: 'value-1-{{run}}' }],
    ['an email address', { userName: MAIL }, { userName: 'person-1-{{run}}@replaced.example' }],
    [
      'a telephone number',
      { phoneNumbers: [{ value: '+31 6 5550 0199' }] },
      { phoneNumbers: [{ value: '+1 555 1000001' }] },
    ],
    ['digits', { [ENTERPRISE]: { employeeNumber: '701' } }, { [ENTERPRISE]: { employeeNumber: '900000001' } }],
    ['a GUID', { externalId: ID }, { externalId: '{{uuid:1}}' }],
    ['an address', { profileUrl: 'https://contoso.com/ana' }, { profileUrl: 'https://replaced.example/page-1' }],
    ['a time', { hired: '2026-04-01T08:00:00Z' }, { custom1: '2001-01-01T00:00:02.000Z' }],
    ['a day', { hired: '2026-04-01' }, { custom1: '2001-01-03' }],
    [
      'a certificate',
      { x509Certificates: [{ value: 'TUlJQw' }] },
      { x509Certificates: [{ value: 'dmFsdWUtMDAwMDAx' }] },
    ],
    ['a number', { salary: 51000, rate: 2.5 }, { custom1: 1000, custom2: 1001.5 }],
    [
      'what is harmless',
      { active: true, emails: [{ type: 'work', primary: 'True', value: null }] },
      { active: true, emails: [{ type: 'work', primary: 'True', value: null }] },
    ],
    [
      'a type that is not',
      { emails: [{ type: "Ana's", display: 'work' }] },
      { emails: [{ type: 'value-1-{{run}}', display: 'value-2-{{run}}' }] },
    ],
    [
      'a schema of the company',
      { schemas: [USER, CONTOSO], [CONTOSO]: { badge: 'B-7' } },
      {
        schemas: [USER, 'urn:ietf:params:scim:schemas:extension:custom1:2.0:User'],
        'urn:ietf:params:scim:schemas:extension:custom1:2.0:User': { custom2: 'value-3-{{run}}' },
      },
    ],
    [
      'JSON in a string',
      { roles: [{ value: '{"id":"18","value":"Admin"}' }] },
      { roles: [{ value: '{"id":"900000001","value":"value-2-{{run}}"}' }] },
    ],
    [
      'the path of an operation',
      { Operations: [{ op: 'Remove', path: 'members[value eq "7"]' }] },
      { Operations: [{ op: 'Remove', path: 'members[value eq "900000001"]' }] },
    ],
    [
      'keys that are paths',
      {
        Operations: [
          {
            op: 'add',
            value: { 'name.givenName': 'Ana', [`${CONTOSO}:badge`]: '', 'emails[type eq "bob"].type': 'work' },
          },
        ],
      },
      {
        Operations: [
          {
            op: 'add',
            value: {
              'name.givenName': 'value-1-{{run}}',
              'urn:ietf:params:scim:schemas:extension:custom3:2.0:User:custom2': '',
              'emails[type eq "value-4-{{run}}"].type': 'work',
            },
          },
        ],
      },
    ],
    [
      'a value behind a path',
      {
        Operations: [
          { op: 'add', path: 'emails[type eq "work"].type', value: 'home' },
          { op: 'add', path: 'title', value: 'home' },
        ],
      },
      {
        Operations: [
          { op: 'add', path: 'emails[type eq "work"].type', value: 'home' },
          { op: 'add', path: 'title', value: 'value-1-{{run}}' },
        ],
      },
    ],
    [
      'a reference',
      { manager: { $ref: `https://contoso.com/scim/Users/${ID}` } },
      { manager: { $ref: '{{base}}/Users/{{uuid:1}}' } },
    ],
    [
      'a bulk operation',
      { Operations: [{ method: 'PUT', bulkId: 'q', path: `/Users/${ID}`, data: { manager: 'bulkId:q' } }] },
      {
        Operations: [
          {
            method: 'PUT',
            bulkId: 'value-1-{{run}}',
            path: '/Users/{{uuid:2}}',
            data: { manager: 'bulkId:value-1-{{run}}' },
          },
        ],
      },
    ],
    [
      'a search',
      { filter: `userName eq "${MAIL}"`, attributes: ['userName', 'badge'], startIndex: 3 },
      { filter: 'userName eq "person-1-{{run}}@replaced.example"', attributes: ['userName', 'custom2'], startIndex: 3 },
    ],
    [
      'what is called a count or a status where the protocol has none',
      { [CONTOSO]: { count: 4915112345678, status: '911' }, itemsPerPage: 77777777, roles: ['{"count":7654321}'] },
      {
        'urn:ietf:params:scim:schemas:extension:custom1:2.0:User': { count: 1000, status: '900000002' },
        itemsPerPage: 1001,
        roles: ['{"count":1002}'],
      },
    ],
    ['JSON that is no object', '"ana"', '"value-1-{{run}}"'],
    ['what is not JSON', '{"userName":"ana', '{"'],
    ['nothing', '', undefined],
  ];

  test.each(bodies)('%s in a body', (_, body, expected) => {
    expect(bodyOf(body)).toEqual(expected);
  });

  test('the headers that SCIM has a use for, without tokens', () => {
    const headers = {
      authorization: 'Bearer fwscim_secret',
      'content-type': 'application/scim+json; charset=utf-8',
      accept: 'application/json;q=0.9, application/ana',
      'user-agent': 'Ana',
      cookie: 'ana=1',
      host: 'scim.contoso.com',
    };
    expect(recorded({ headers })[0]?.request.headers).toEqual({
      Authorization: 'Bearer {{token}}',
      Accept: 'application/json;q=0.9,application/x-replaced',
      'Content-Type': 'application/scim+json; charset=utf-8',
    });
    expect(recorded({ headers, status: 401 })[0]?.request.headers?.['Authorization']).toBe(
      'Bearer not-the-secret-token',
    );
  });

  test('the dialect, where the request tells it', () => {
    const operation = (op: string): Seen => ({
      method: 'PATCH',
      body: { Operations: [{ op, path: 'title', value: 'x' }] },
    });
    const dialects = recorded(operation('Add'), operation('add'), {}).map(({ dialect }) => dialect);
    expect(dialects).toEqual(['legacy', 'aadOptscim062020', 'both']);
  });
});

describe('what is recorded of an answer', () => {
  const created: Seen = {
    method: 'POST',
    body: { schemas: [USER], userName: MAIL, title: 'Clerk' },
    status: 201,
    answer: {
      schemas: [USER],
      id: ID,
      userName: MAIL,
      title: 'Clerk',
      displayName: 'made by the server',
      emails: [{ value: MAIL, type: 'work' }],
      meta: { resourceType: 'User', created: '2026-01-01T00:00:00Z', location: `https://contoso.com/Users/${ID}` },
    },
  };

  test('what the requests account for, and the id as what a replay captures', () => {
    expect(recorded(created)[0]).toMatchObject({
      capture: { '/id': 'user1' },
      expect: {
        status: [201],
        body_contains: {
          schemas: [USER],
          id: '{{user1}}',
          userName: 'person-1-{{run}}@replaced.example',
          title: 'value-2-{{run}}',
          emails: [{ value: 'person-1-{{run}}@replaced.example', type: 'work' }],
          meta: { resourceType: 'User' },
        },
        lengths: { '/emails': 1 },
      },
    });
    expect(JSON.stringify(recorded(created)[0]?.expect)).not.toMatch(/displayName|created|location/);
  });

  test('the id wherever it comes from then on, and the same value in another case as the same value in another case', () => {
    const [, read, found] = recorded(
      created,
      { path: `/Users/${ID}` },
      { path: '/Users?filter=userName+eq+%22ANA%40contoso.com%22+or+manager+eq+%22' + ID + '%22' },
    );
    expect(read?.request.path).toBe('/Users/{{user1}}');
    expect(found?.request.path).toBe(
      '/Users?filter=userName+eq+%22Person-1-{{run}}%40replaced.example%22+or+manager+eq+%22{{user1}}%22',
    );
  });

  test('a short id only where a resource is meant', () => {
    const [, patched] = recorded(
      { method: 'POST', path: '/Groups', status: 201, answer: { id: '7' } },
      { method: 'PATCH', path: '/Groups/7', body: { id: '7', displayName: '7', members: [{ value: '7' }] } },
    );
    expect(patched?.request).toMatchObject({
      path: '/Groups/{{group1}}',
      body: { id: '{{group1}}', displayName: '900000001', members: [{ value: '{{group1}}' }] },
    });
  });

  test('ids in a list, and how long it is', () => {
    const answer = { schemas: [LIST], totalResults: 1, Resources: [{ id: ID, userName: MAIL, salary: 5 }] };
    expect(recorded({ answer })[0]).toMatchObject({
      capture: { '/Resources/0/id': 'user1' },
      expect: {
        body_contains: { schemas: [LIST], totalResults: 1, Resources: [{ id: '{{user1}}' }] },
        lengths: { '/Resources': 1 },
      },
    });
  });

  test('of an error its type, and not its words', () => {
    const answer = { schemas: [ERROR], status: '409', scimType: 'uniqueness', detail: `${MAIL} is taken` };
    expect(recorded({ status: 409, answer })[0]?.expect).toEqual({
      status: [409],
      body_contains: { schemas: [ERROR], status: '409', scimType: 'uniqueness' },
    });
  });

  test('of the documents in which a server describes itself, that they come', () => {
    const answer = { schemas: [LIST], totalResults: 3, Resources: [{ id: CONTOSO, name: 'Ana' }] };
    expect(recorded({ path: '/Schemas', answer })[0]).toMatchObject({ expect: { body_contains: { totalResults: 3 } } });
    expect(JSON.stringify(recorded({ path: '/Schemas', answer }))).not.toMatch(/Contoso|Ana|capture/);
  });
});
