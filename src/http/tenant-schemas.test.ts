import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import {
  ATTRIBUTES,
  CONTOSO,
  CORE_USER,
  patchOf,
  register,
  TYPES,
  userWith,
} from './testing/tenant-schemas.fixture.js';

const extensionOf = ({ body }: Answer): JsonValue => body[CONTOSO] ?? null;

describe.each(storageKinds)('a schema of one tenant on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
    expect((await register(server, tenant, ATTRIBUTES)).status).toBe(200);
  });
  afterAll(() => server.stop());

  const create = (extension: JsonObject, userName = `user ${(count += 1)}`): Promise<Answer> =>
    tenant.send('POST', '/Users', userWith(userName, extension));

  async function created(extension: JsonObject): Promise<string> {
    const { status, body } = await create(extension);
    expect(status).toBe(201);
    return `/Users/${String(body['id'])}`;
  }

  describe('RFC 7644 §3.3: create', () => {
    it.each(TYPES)('takes a value of %s', async (name, value) => {
      const answer = await create({ [name]: value });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ schemas: [CORE_USER, CONTOSO], [CONTOSO]: { [name]: value } });
    });

    it.each(TYPES.flatMap(([name, , , wrong]) => wrong.map((value): [string, JsonValue] => [name, value])))(
      'refuses for %s %j',
      async (name, value) => {
        const answer = await create({ [name]: value });
        expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
        expect(String(answer.body['detail'])).toContain(`${CONTOSO}:${name}`);
      },
    );

    it('has no URN in schemas where nothing stands under it, though the client lists it', async () => {
      const answer = await tenant.send('POST', '/Users', {
        schemas: [CORE_USER, CONTOSO],
        userName: `user ${(count += 1)}`,
        [CONTOSO]: { badge: null, doors: [] },
      });
      expect(answer.body['schemas']).toEqual([CORE_USER]);
      expect(answer.body).not.toHaveProperty([CONTOSO]);
    });

    it('takes names and URN in any case', async () => {
      const answer = await tenant.send(
        'POST',
        '/Users',
        userWith(`user ${(count += 1)}`, { BADGE: 'x' }, CONTOSO.toUpperCase()),
      );
      expect(extensionOf(answer)).toEqual({ badge: 'x' });
    });

    it('ignores what is read-only, and keeps nothing of what is write-only', async () => {
      expect(extensionOf(await create({ badge: 'x', given: 'y', secret: 'z' }))).toEqual({ badge: 'x' });
    });

    it('keeps what the schema does not know as sent', async () => {
      expect(extensionOf(await create({ badge: 'x', hat: { a: ['b'] } }))).toEqual({ badge: 'x', hat: { a: ['b'] } });
    });
  });

  describe('what Entra sends', () => {
    it('is one value in an array, several in objects, booleans as words, without the URN in schemas', async () => {
      const answer = await create({
        badge: [{ value: 'B' }],
        doors: [{ value: '1' }, { value: '2' }],
        vip: 'True',
        levels: [{ value: 1 }],
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        schemas: [CORE_USER, CONTOSO],
        [CONTOSO]: { badge: 'B', doors: ['1', '2'], vip: true, levels: [1] },
      });
    });

    it('is a PATCH with colon-joined keys and no path', async () => {
      const user = await created({ badge: 'old', level: 1 });
      const value = {
        [`${CONTOSO}:badge`]: 'new',
        [`${CONTOSO}:vip`]: true,
        [`${CONTOSO}:desk.floor`]: 4,
        'name.givenName': 'Ann',
      };
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'replace', value }));
      expect(answer.body).toMatchObject({ name: { givenName: 'Ann' } });
      expect(extensionOf(answer)).toEqual({ badge: 'new', level: 1, vip: true, desk: { floor: 4 } });
    });

    it('is an Add of several values, and the word False', async () => {
      const user = await created({ doors: ['1'], vip: true });
      const answer = await tenant.send(
        'PATCH',
        user,
        patchOf(
          { op: 'Add', path: `${CONTOSO}:doors`, value: [{ value: '1' }, { value: '2' }] },
          { op: 'Replace', path: `${CONTOSO}:vip`, value: 'False' },
        ),
      );
      expect(extensionOf(answer)).toEqual({ doors: ['1', '2'], vip: false });
    });

    it('is an object under the URN as a key', async () => {
      const user = await created({ badge: 'old', level: 1 });
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'add', value: { [CONTOSO]: { badge: 'new' } } }));
      expect(extensionOf(answer)).toEqual({ badge: 'new', level: 1 });
    });

    it('means nothing of the schema where it leaves out the URN', async () => {
      const user = await created({ badge: 'old' });
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'replace', path: 'badge', value: 'new' }));
      expect(answer.status).toBe(200);
      expect(extensionOf(answer)).toEqual({ badge: 'old' });
    });
  });

  describe('RFC 7644 §3.5.1: replace', () => {
    it.each(TYPES)('takes another value of %s', async (name, value, another) => {
      const user = await created({ [name]: value });
      const answer = await tenant.send('PUT', user, userWith(`user ${(count += 1)}`, { [name]: another }));
      expect(extensionOf(answer)).toEqual({ [name]: another });
    });

    it.each(TYPES)('refuses what does not fit %s, and changes nothing', async (name, value, _, wrong) => {
      const user = await created({ [name]: value });
      for (const invalid of wrong) {
        const answer = await tenant.send('PUT', user, userWith(`user ${(count += 1)}`, { [name]: invalid }));
        expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
      }
      expect(extensionOf(await tenant.send('GET', user))).toEqual({ [name]: value });
    });

    it('removes what the body leaves out', async () => {
      const user = await created({ badge: 'x' });
      const answer = await tenant.send('PUT', user, { schemas: [CORE_USER], userName: `user ${(count += 1)}` });
      expect(answer.body['schemas']).toEqual([CORE_USER]);
      expect(answer.body).not.toHaveProperty([CONTOSO]);
    });

    it('keeps what is immutable', async () => {
      const user = await created({ first: 'x' });
      const same = await tenant.send('PUT', user, userWith(`user ${(count += 1)}`, { first: 'x', badge: 'y' }));
      expect(extensionOf(same)).toEqual({ badge: 'y', first: 'x' });
      const changed = await tenant.send('PUT', user, userWith(`user ${(count += 1)}`, { first: 'z' }));
      expect(changed.body).toMatchObject({ status: '400', scimType: 'mutability' });
    });
  });

  describe('RFC 7644 §3.5.2: PATCH', () => {
    it.each(TYPES)('replaces a value of %s by its path', async (name, value, another) => {
      const user = await created({ [name]: value });
      const answer = await tenant.send(
        'PATCH',
        user,
        patchOf({ op: 'replace', path: `${CONTOSO}:${name}`, value: another }),
      );
      expect(extensionOf(answer)).toEqual({ [name]: another });
    });

    it.each(TYPES)('adds and removes %s', async (name, value) => {
      const user = await created({});
      const added = await tenant.send(
        'PATCH',
        user,
        patchOf({ op: 'add', path: `${CONTOSO.toUpperCase()}:${name.toUpperCase()}`, value }),
      );
      expect(added.body).toMatchObject({ schemas: [CORE_USER, CONTOSO], [CONTOSO]: { [name]: value } });
      const removed = await tenant.send('PATCH', user, patchOf({ op: 'remove', path: `${CONTOSO}:${name}` }));
      expect(removed.body['schemas']).toEqual([CORE_USER]);
      expect(removed.body).not.toHaveProperty([CONTOSO]);
    });

    it.each(TYPES)('refuses what does not fit %s, and changes nothing', async (name, value, _, wrong) => {
      const user = await created({ [name]: value });
      // A bare value is one of several, and a part of a complex value goes with the others.
      const refusals = wrong.filter((one) => !isOneOfSeveral(value, one) && !isJsonObject(one));
      for (const invalid of refusals) {
        const answer = await tenant.send(
          'PATCH',
          user,
          patchOf(
            { op: 'replace', path: 'title', value: 'T' },
            { op: 'replace', path: `${CONTOSO}:${name}`, value: invalid },
          ),
        );
        expect([invalid, answer.body['scimType']]).toEqual([invalid, 'invalidValue']);
      }
      const { body } = await tenant.send('GET', user);
      expect(body).toMatchObject({ [CONTOSO]: { [name]: value } });
      expect(body).not.toHaveProperty('title');
    });

    it('reaches parts, and values that a filter chooses', async () => {
      const user = await created({
        desk: { floor: 1, side: 'north' },
        phones: [
          { value: '1', type: 'a' },
          { value: '2', type: 'b' },
        ],
      });
      const answer = await tenant.send(
        'PATCH',
        user,
        patchOf(
          { op: 'replace', path: `${CONTOSO}:desk.floor`, value: 9 },
          { op: 'replace', path: `${CONTOSO}:phones[type eq "B"].value`, value: '3' },
          { op: 'remove', path: `${CONTOSO}:phones[value eq "1"]` },
        ),
      );
      expect(extensionOf(answer)).toEqual({ desk: { floor: 9, side: 'north' }, phones: [{ value: '3', type: 'b' }] });
    });

    it('refuses to remove a required part, and to change what is read-only or has its one value', async () => {
      const user = await created({ desk: { floor: 1 }, first: 'x' });
      for (const [operation, scimType] of [
        [{ op: 'remove', path: `${CONTOSO}:desk.floor` }, 'mutability'],
        [{ op: 'replace', path: `${CONTOSO}:given`, value: 'x' }, 'mutability'],
        [{ op: 'replace', path: `${CONTOSO}:first`, value: 'y' }, 'mutability'],
        [{ op: 'add', path: `${CONTOSO}:desk`, value: { side: 'n', floor: null } }, 'invalidValue'],
      ] as const) {
        expect((await tenant.send('PATCH', user, patchOf(operation))).body).toMatchObject({ status: '400', scimType });
      }
      expect(extensionOf(await tenant.send('GET', user))).toEqual({ desk: { floor: 1 }, first: 'x' });
    });

    it('removes the extension as a whole', async () => {
      const user = await created({ badge: 'x', level: 1 });
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'remove', path: CONTOSO }));
      expect(answer.body).not.toHaveProperty([CONTOSO]);
    });

    it('leaves the version alone when nothing changes', async () => {
      const user = await created({ badge: 'x' });
      const before = (await tenant.send('GET', user)).headers.etag;
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'replace', path: `${CONTOSO}:badge`, value: 'x' }));
      expect(answer.headers.etag).toBe(before);
    });
  });
});

const isOneOfSeveral = (value: JsonValue, one: JsonValue): boolean =>
  isJsonArray(value) && !isJsonArray(one) && typeof one === typeof value[0];
