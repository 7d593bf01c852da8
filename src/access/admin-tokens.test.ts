import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKinds, type TestStorage } from '../storage/testing/storage.fixture.js';
import { createAdminTokens, type AdminTokens } from './admin-tokens.js';

const ANNA = { name: 'Anna', role: 'admin' } as const;
const TOKEN = expect.stringMatching(/^fwadmin_[\dA-Za-z]{49}$/u) as string;

describe.each(storageKinds)('admin tokens on $name', (kind) => {
  let test: TestStorage;
  let time = '2026-06-01T12:00:00.000Z';

  const open = (hasOtherWay: boolean): AdminTokens =>
    createAdminTokens({
      ...{ store: test.storage.adminTokens, now: () => new Date(time), newId: () => newId(), randomBytes, hasOtherWay },
    });
  const label = (): string => `label ${newId()}`;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());

  it('are found by the token alone, until they are revoked or expire', async () => {
    const tokens = open(true);
    const { token, secret } = await tokens.create({ label: label(), role: 'viewer', expiresAt: '2026-06-02' }, ANNA);
    expect(secret).toEqual(TOKEN);
    expect(JSON.stringify(await tokens.list())).not.toContain(secret.slice(16));
    expect(await tokens.find(secret)).toMatchObject({ id: token.id, role: 'viewer', createdBy: 'Anna' });
    expect(await tokens.find(`${secret.slice(0, -1)}!`)).toBeUndefined();
    time = '2026-06-02T00:00:00.000Z';
    expect(await tokens.find(secret)).toBeUndefined();
    time = '2026-06-01T12:00:00.000Z';
    expect(await tokens.revoke(token.id, ANNA)).toMatchObject({ revokedAt: time, revokedBy: 'Anna' });
    expect(await tokens.revoke(token.id, { ...ANNA, name: 'Ben' })).toMatchObject({ revokedBy: 'Anna' });
    expect(await tokens.find(secret)).toBeUndefined();
    await expect(tokens.revoke(newId(), ANNA)).rejects.toMatchObject({ status: 404 });
  });

  it('have labels of their own, in any case, also after they were revoked', async () => {
    const tokens = open(true);
    const { token } = await tokens.create({ label: 'Deploy', role: 'viewer' }, ANNA);
    await tokens.revoke(token.id, ANNA);
    await expect(tokens.create({ label: ' dePLOY ', role: 'viewer' }, ANNA)).rejects.toMatchObject({ status: 409 });
    await expect(tokens.create({ label: ' ', role: 'viewer' }, ANNA)).rejects.toMatchObject({ status: 400 });
    const pasted = { label: `fwadmin_${'x'.repeat(49)}`, role: 'viewer' } as const;
    await expect(tokens.create(pasted, ANNA)).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    ['viewer', 'operator'],
    ['viewer', 'admin'],
    ['operator', 'admin'],
  ] as const)('of a %s cannot have the role %s', async (role, wanted) => {
    const making = open(true).create({ label: label(), role: wanted }, { name: 'Eve', role });
    await expect(making).rejects.toMatchObject({ status: 403 });
  });

  it('keep the last that is valid and may do everything, where there is no other way in', async () => {
    const tokens = open(false);
    const one = await tokens.create({ label: label(), role: 'admin' }, ANNA);
    const other = await tokens.create({ label: label(), role: 'admin', expiresAt: '2026-06-02' }, ANNA);
    await tokens.create({ label: label(), role: 'operator' }, ANNA);
    // Both are the other's way in: whoever comes second is refused.
    const both = await Promise.allSettled([one, other].map(({ token }) => tokens.revoke(token.id, ANNA)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [left] = (await tokens.list()).filter(({ role, revokedAt }) => role === 'admin' && revokedAt === undefined);
    await expect(tokens.revoke(left?.id ?? '', ANNA)).rejects.toThrow('This is the last admin token');
    expect(await tokens.revoke(left?.id ?? '', ANNA, true)).toMatchObject({ revokedAt: time });
  });
});
