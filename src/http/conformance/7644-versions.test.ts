import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { aGroup, aUser, ENTERPRISE_URN, expectError, idOf, patchOf, textAt, userBody } from './conformance.fixture.js';

describe.each(storageKinds)('on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  const pathOf = (user: JsonObject): string => `/Users/${idOf(user)}`;
  const versionOf = (resource: JsonObject): string => textAt(resource, 'meta.version');
  const retitle = (value: string): JsonObject => patchOf({ op: 'replace', path: 'title', value });

  /** A user who has been changed once, so that there is an older version. */
  async function changedUser(): Promise<{ user: JsonObject; older: string }> {
    const user = await aUser(tenant);
    const changed = await tenant.send('PATCH', pathOf(user), retitle('Pilot'));
    return { user: changed.body, older: versionOf(user) };
  }

  describe('RFC 7644 §3.14: entity tags', () => {
    it('are weak, in the header and in meta.version', async () => {
      const user = await aUser(tenant);
      const read = await tenant.send('GET', pathOf(user));
      expect(read.headers.etag).toMatch(/^W\/"[^"]+"$/u);
      expect(versionOf(read.body)).toBe(read.headers.etag);
    });

    it('change with each change, and with nothing else', async () => {
      const user = await aUser(tenant, { title: 'Pilot' });
      const same = await tenant.send('PATCH', pathOf(user), retitle('Pilot'));
      expect(versionOf(same.body)).toBe(versionOf(user));
      const changed = await tenant.send('PATCH', pathOf(user), retitle('Guide'));
      expect(versionOf(changed.body)).not.toBe(versionOf(user));
    });

    it.each(['GET', 'HEAD'])('%s with the current tag in If-None-Match is 304 without a body', async (method) => {
      const { user, older } = await changedUser();
      const ask = (tag: string) => tenant.send(method, pathOf(user), undefined, { 'If-None-Match': tag });
      for (const tag of [versionOf(user), `"x", ${versionOf(user)}`, versionOf(user).replace('W/', ''), '*']) {
        const answer = await ask(tag);
        expect([answer.status, answer.text, answer.headers.etag], tag).toEqual([304, '', versionOf(user)]);
      }
      for (const tag of [older, 'W/"x"']) expect((await ask(tag)).status).toBe(200);
    });

    it('a 304 vouches for groups, names of members and of managers as well', async () => {
      const [user, boss] = [await aUser(tenant), await aUser(tenant, { displayName: 'Boss' })];
      const patch = patchOf({ op: 'add', path: `${ENTERPRISE_URN}:manager`, value: { value: idOf(boss) } });
      await tenant.send('PATCH', pathOf(user), patch);
      const group = await aGroup(tenant, [idOf(boss)]);
      const paths = [pathOf(user), pathOf(boss), `/Groups/${idOf(group)}`];
      const before = await Promise.all(paths.map((path) => tenant.send('GET', path)));
      await tenant.send('PATCH', pathOf(boss), patchOf({ op: 'replace', path: 'displayName', value: 'Chief' }));
      await tenant.send(
        'PATCH',
        `/Groups/${idOf(group)}`,
        patchOf({ op: 'replace', path: 'displayName', value: idOf(group) }),
      );
      for (const [index, path] of paths.entries()) {
        const headers = { 'If-None-Match': before[index]?.headers.etag ?? '' };
        const after = await tenant.send('GET', path, undefined, headers);
        expect(after.status, path).toBe(200);
        expect(after.text).not.toBe(before[index]?.text);
      }
    });

    it.each(['the member', 'the group'])('a 304 does not outlast a new name of %s alone', async (whose) => {
      const boss = await aUser(tenant, { displayName: 'Boss' });
      const group = await aGroup(tenant, [idOf(boss)]);
      const paths = [pathOf(boss), `/Groups/${idOf(group)}`] as const;
      const before = await Promise.all(paths.map((path) => tenant.send('GET', path)));
      const [renamed] = whose === 'the member' ? paths : [paths[1]];
      await tenant.send('PATCH', renamed, patchOf({ op: 'replace', path: 'displayName', value: `New ${idOf(group)}` }));
      for (const [index, path] of paths.entries()) {
        const headers = { 'If-None-Match': before[index]?.headers.etag ?? '' };
        const after = await tenant.send('GET', path, undefined, headers);
        expect([after.status, after.text.includes('New ')], path).toEqual([200, true]);
      }
    });

    const writes = [
      ['PUT', (user: JsonObject) => userBody({ userName: textAt(user, 'userName'), title: 'X' })],
      ['PATCH', () => retitle('X')],
      ['DELETE', () => undefined],
    ] as const;

    it.each(writes)('%s with the current tag in If-Match is done', async (method, body) => {
      for (const spelled of [(tag: string) => tag, (tag: string) => `"x", ${tag}`, () => '*']) {
        const { user } = await changedUser();
        const answer = await tenant.send(method, pathOf(user), body(user), { 'If-Match': spelled(versionOf(user)) });
        expect(answer.status, answer.text).toBe(method === 'DELETE' ? 204 : 200);
      }
    });

    it.each(writes)('%s with another tag in If-Match is 412, and changes nothing', async (method, body) => {
      const { user, older } = await changedUser();
      for (const tag of [older, 'W/"x"', '"x"', 'x']) {
        expectError(await tenant.send(method, pathOf(user), body(user), { 'If-Match': tag }), '412');
      }
      expect((await tenant.send('GET', pathOf(user))).body).toEqual(user);
    });

    it.each(writes)('%s with the current tag, or *, in If-None-Match is 412', async (method, body) => {
      const { user } = await changedUser();
      for (const tag of [versionOf(user), '*']) {
        expectError(await tenant.send(method, pathOf(user), body(user), { 'If-None-Match': tag }), '412');
      }
      expect((await tenant.send('GET', pathOf(user))).body).toEqual(user);
    });

    it.each(['GET', 'HEAD'])('%s with another tag in If-Match is 412', async (method) => {
      const { user, older } = await changedUser();
      const ask = (tag: string) => tenant.send(method, pathOf(user), undefined, { 'If-Match': tag });
      for (const tag of [older, 'W/"x"', 'x']) expect((await ask(tag)).status, tag).toBe(412);
      for (const tag of [versionOf(user), '*']) expect((await ask(tag)).status, tag).toBe(200);
    });

    it('a change of members is held to If-Match as well', async () => {
      const user = await aUser(tenant);
      const group = await aGroup(tenant);
      const add = patchOf({ op: 'add', path: 'members', value: [{ value: idOf(user) }] });
      const path = `/Groups/${idOf(group)}`;
      expectError(await tenant.send('PATCH', path, add, { 'If-Match': 'W/"x"' }), '412');
      expect((await tenant.send('PATCH', path, add, { 'If-Match': versionOf(group) })).status).toBe(204);
      expectError(
        await tenant.send('PATCH', path, patchOf({ op: 'remove', path: 'members' }), { 'If-Match': versionOf(group) }),
        '412',
      );
    });

    it('of ten writers with the same version one wins', async () => {
      const user = await aUser(tenant);
      const headers = { 'If-Match': versionOf(user) };
      const numbers = Array.from({ length: 10 }, (_, number) => `Title ${number}`);
      const answers = await Promise.all(
        numbers.map((title) => tenant.send('PATCH', pathOf(user), retitle(title), headers)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
      const won = answers.find(({ status }) => status === 200);
      expect((await tenant.send('GET', pathOf(user))).body).toEqual(won?.body);
    });
  });
});
