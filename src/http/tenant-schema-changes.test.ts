import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import {
  ATTRIBUTES,
  CONTOSO,
  extensionOf,
  TYPES,
  CORE_USER,
  patchOf,
  register,
  userWith,
} from './testing/tenant-schemas.fixture.js';

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
