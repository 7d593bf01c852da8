import { expect } from 'vitest';
import { type Answer, sendTo } from '../../http/testing/server.fixture.js';
import type { JsonObject } from '../../protocol/json.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** What is about somebody, or secret, in what the session below sends. Without case. */
export const SECRETS = [
  'fwscim_',
  'wrong-token',
  'zenobia',
  'quillfeather',
  'contoso',
  'plumber',
  'kerkstraat',
  '8100042',
  '4711',
  'e7a1c0de-0000-4000-8000-00000000cafe',
  'night watch',
  'badger',
  'oatmeal',
  '2033-05-05',
];

/** Sends what Entra might, to a Tenant URL. */
export class Session {
  readonly #origin: string;
  readonly #path: string;

  constructor(
    tenantUrl: string,
    readonly token: string,
  ) {
    this.#origin = new URL(tenantUrl).origin;
    this.#path = new URL(tenantUrl).pathname;
  }

  async send(
    status: number,
    method: string,
    path: string,
    body?: JsonObject | string,
    token: string | null = this.token,
  ): Promise<Answer> {
    const headers = {
      'User-Agent': 'Zenobia',
      ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json' }),
    };
    const answer = await sendTo(this.#origin, {
      method,
      path: this.#path + path,
      token: token ?? undefined,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(status);
    return answer;
  }

  patch(path: string, ...Operations: readonly JsonObject[]): Promise<Answer> {
    return this.send(200, 'PATCH', path, { schemas: [PATCH], Operations });
  }

  async play(): Promise<void> {
    await this.send(200, 'GET', '/Users?filter=userName+eq+%22e7a1c0de-0000-4000-8000-00000000cafe%22');
    await this.send(401, 'GET', '/Users', undefined, 'wrong-token');
    const zenobia = await this.#createUsers();
    await this.#change(zenobia);
    await this.#findAgain(zenobia);
    await this.#group(zenobia);
    await this.send(204, 'DELETE', `/Users/${zenobia}`);
    await this.send(404, 'GET', `/Users/${zenobia}`);
  }

  async #createUsers(): Promise<string> {
    const zenobia = {
      schemas: [USER, ENTERPRISE],
      userName: 'Zenobia@Contoso.com',
      externalId: 'e7a1c0de-0000-4000-8000-00000000cafe',
      displayName: 'Zenobia Quillfeather',
      name: { givenName: 'Zenobia', familyName: 'Quillfeather', formatted: 'Zenobia Quillfeather' },
      emails: [{ type: 'work', value: 'zenobia@contoso.com', primary: true }],
      phoneNumbers: [{ type: 'mobile', value: '+31 8100042' }],
      addresses: [{ type: 'work', streetAddress: 'Kerkstraat 4711' }],
      [ENTERPRISE]: { employeeNumber: '4711', department: 'Plumbers' },
      'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User': {
        badger: 'oatmeal',
        hired: '2033-05-05T00:00:00Z',
        pay: 4711,
      },
    };
    const { body } = await this.send(201, 'POST', '/Users', zenobia);
    const { detail } = (await this.send(409, 'POST', '/Users', { ...zenobia, userName: 'ZENOBIA@contoso.com' })).body;
    expect(detail).toMatch(/contoso/i);
    await this.send(400, 'POST', '/Users', '{"userName":"zenobia');
    return String(body['id']);
  }

  async #change(id: string): Promise<void> {
    await this.patch(
      `/Users/${id}`,
      { op: 'Replace', path: 'title', value: 'Plumber' },
      { op: 'Add', path: 'roles', value: [{ value: '{"id":"4711","value":"Plumber","displayName":"The plumber"}' }] },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'z.quillfeather@contoso.com' },
      { op: 'Replace', path: 'active', value: 'False' },
    );
    await this.patch(`/Users/${id}`, {
      op: 'replace',
      value: { 'name.familyName': 'Badger', [`${ENTERPRISE}:department`]: 'Oatmeal', active: true },
    });
  }

  async #findAgain(id: string): Promise<void> {
    const byName = await this.send(200, 'GET', '/Users?filter=userName+eq+%22ZENOBIA%40contoso.com%22');
    expect(byName.body['totalResults']).toBe(1);
    await this.send(
      200,
      'GET',
      '/Users?filter=emails%5btype+eq+%22work%22%5d.value%20eq%20"z.quillfeather@contoso.com"',
    );
    await this.send(400, 'GET', '/Users?filter=userName+eq+%22zenobia');
    await this.send(200, 'GET', `/Users/${id}`);
    await this.send(200, 'GET', `/Users?access_token=${this.token}`, undefined, null);
  }

  async #group(member: string): Promise<void> {
    const { body } = await this.send(201, 'POST', '/Groups', { schemas: [GROUP], displayName: 'Night watch' });
    const path = `/Groups/${String(body['id'])}`;
    const Operations = [
      { op: 'Add', path: 'members', value: [{ value: member, $ref: `https://contoso.com/scim/Users/${member}` }] },
    ];
    await this.send(204, 'PATCH', path, { schemas: [PATCH], Operations });
    await this.send(200, 'GET', path);
    await this.send(204, 'PATCH', path, {
      schemas: [PATCH],
      Operations: [{ op: 'remove', path: `members[value eq "${member}"]` }],
    });
    await this.send(200, 'GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22NIGHT+watch%22');
  }
}

/** How many exchanges a session has. */
export const EXCHANGES = 19;
