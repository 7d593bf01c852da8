import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aGroup,
  aUser,
  expectError,
  groupBody,
  idOf,
  patchOf,
  query,
  textAt,
  userBody,
} from './conformance.fixture.js';

describe.each(storageKinds)('on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  describe('RFC 7644 §3.6: deleting resources', () => {
    const types = [
      { path: '/Users', create: (name?: string) => (name === undefined ? userBody() : userBody({ userName: name })) },
      {
        path: '/Groups',
        create: (name?: string) => (name === undefined ? groupBody() : groupBody({ displayName: name })),
      },
    ] as const;

    it.each(types)('DELETE below $path is 204 without a body', async ({ path, create }) => {
      const { body } = await tenant.send('POST', path, create());
      const deleted = await tenant.send('DELETE', `${path}/${idOf(body)}`);
      expect([deleted.status, deleted.text]).toEqual([204, '']);
    });

    it.each(types)('every operation on what was deleted below $path is 404', async ({ path, create }) => {
      const { body } = await tenant.send('POST', path, create());
      const one = `${path}/${idOf(body)}`;
      await tenant.send('DELETE', one);
      expectError(await tenant.send('GET', one), '404');
      expectError(await tenant.send('PUT', one, create()), '404');
      const patch = patchOf({ op: 'replace', path: 'displayName', value: 'X' });
      expectError(await tenant.send('PATCH', one, patch), '404');
      expectError(await tenant.send('DELETE', one), '404');
      expect((await tenant.send('HEAD', one)).status).toBe(404);
    });

    it.each(types)('what was deleted below $path is in no list, and its name is free', async ({ path, create }) => {
      const { body } = await tenant.send('POST', path, create());
      const name = textAt(body, path === '/Users' ? 'userName' : 'displayName');
      const before = await tenant.send('GET', path);
      await tenant.send('DELETE', `${path}/${idOf(body)}`);
      const after = await tenant.send('GET', path);
      expect(after.text).not.toContain(idOf(body));
      expect(after.body['totalResults']).toBe(Number(before.body['totalResults']) - 1);
      const found = await tenant.send('GET', query(path, { filter: `id eq "${idOf(body)}"` }));
      expect(found.body['totalResults']).toBe(0);
      expect((await tenant.send('POST', path, create(name))).status).toBe(201);
    });

    it('a deleted user or group leaves its groups, whose versions rise', async () => {
      const [user, nested] = [await aUser(tenant), await aGroup(tenant)];
      const group = await aGroup(tenant, [idOf(user), idOf(nested)]);
      const read = async () => (await tenant.send('GET', `/Groups/${idOf(group)}`)).body;
      let before = await read();
      for (const [path, left] of [
        [`/Users/${idOf(user)}`, [{ value: idOf(nested) }]],
        [`/Groups/${idOf(nested)}`, undefined],
      ] as const) {
        await tenant.send('DELETE', path);
        const after = await read();
        if (left === undefined) expect(after).not.toHaveProperty('members');
        else expect(after['members']).toMatchObject(left);
        expect(textAt(after, 'meta.version')).not.toBe(textAt(before, 'meta.version'));
        before = after;
      }
    });

    it('the groups of a user know no deleted group', async () => {
      const user = await aUser(tenant);
      const group = await aGroup(tenant, [idOf(user)]);
      await tenant.send('DELETE', `/Groups/${idOf(group)}`);
      expect((await tenant.send('GET', `/Users/${idOf(user)}`)).body).not.toHaveProperty('groups');
    });
  });
});
