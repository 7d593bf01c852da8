import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import type { ConsoleSession } from '../../console-store.js';

const NOW = '2026-06-01T12:00:00.000Z';
const NEVER = { signedIn: '', lastSeen: '' };

const session = (hash: string, given: Partial<ConsoleSession> = {}): ConsoleSession => ({
  ...{ hash, name: 'Ada', role: 'operator', signedIn: NOW, lastSeen: NOW },
  ...given,
});

describe.each(storageKinds)('what the console keeps and reads on $name', (kind) => {
  let test: TestStorage;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());

  it('keeps sessions until they end, and erases those that have ended when another begins', async () => {
    const { sessions } = test.storage.console;
    await sessions.insert(session('old', { signedIn: '2026-06-01T01:00:00.000Z' }), NEVER);
    await sessions.insert(session('idle', { lastSeen: '2026-06-01T11:00:00.000Z' }), NEVER);
    const ended = { signedIn: '2026-06-01T04:00:00.000Z', lastSeen: '2026-06-01T11:30:00.000Z' };
    const person = { subject: 't/o', authenticated: NOW, proof: 'p' };
    await sessions.insert(session('new', person), ended);
    expect(await sessions.find('old', NOW)).toBeUndefined();
    expect(await sessions.find('idle', NOW)).toBeUndefined();
    await sessions.touch('new', '2026-06-01T12:01:00.000Z');
    const touched = session('new', { ...person, lastSeen: '2026-06-01T12:01:00.000Z' });
    expect(await sessions.find('new', NOW)).toEqual(touched);
    expect(await sessions.latest(ended, NOW, 10)).toEqual([touched]);
    expect([await sessions.remove('new'), await sessions.remove('new')]).toEqual([true, false]);
  });

  it('keeps one link to the setup page for each tenant', async () => {
    const { setupLinks } = test.storage;
    await addTenant(test.storage, 's1');
    const link = {
      tenantId: 's1',
      hash: 'h',
      cookieHash: 'c',
      created: NOW,
      expires: NOW,
      opened: undefined,
      ticks: {},
    };
    expect(await setupLinks.put(link)).toBe(true);
    expect(await setupLinks.put({ ...link, hash: 'h2', cookieHash: 'c2' })).toBe(true);
    expect(await setupLinks.put({ ...link, tenantId: 's9' })).toBe(false);
    expect([await setupLinks.findByHash('h'), await setupLinks.findByCookie('c')]).toEqual([undefined, undefined]);
    await setupLinks.open('s1', NOW);
    await setupLinks.open('s1', '2026-07-01T00:00:00.000Z');
    await setupLinks.tick('s1', { '1': NOW, '4': NOW });
    await setupLinks.tick('s1', { '3': NOW, '4': undefined });
    expect(await setupLinks.extend('s1', '2026-07-01T00:00:00.000Z')).toBe(true);
    const changed = { ...link, hash: 'h2', cookieHash: 'c2', expires: '2026-07-01T00:00:00.000Z', opened: NOW };
    expect(await setupLinks.findByHash('h2')).toEqual({ ...changed, ticks: { '1': NOW, '3': NOW } });
    expect(await setupLinks.findByCookie('c2')).toEqual(await setupLinks.find('s1'));
    expect([await setupLinks.remove('s1'), await setupLinks.remove('s1'), await setupLinks.find('s1')]).toEqual([
      ...[true, false, undefined],
    ]);
    await setupLinks.put(link);
    expect(await test.storage.tenants.deleteTenant('s1')).toBe(true);
    expect(await setupLinks.findByHash('h')).toBeUndefined();
  });

  it('reads of each company what it has, and until when its tokens are valid', async () => {
    const { tenants, console } = test.storage;
    await addTenant(test.storage, 't1', { name: 'Zeta' });
    await addTenant(test.storage, 't2', { name: 'alpha', enabled: false });
    const token = { tenantId: 't1', label: '', created: NOW, lastUsed: undefined, revokedAt: undefined };
    await tenants.insertToken({ ...token, id: 'k1', expiresAt: '2026-05-01T00:00:00.000Z' }, 'h1');
    await tenants.insertToken({ ...token, id: 'k2', expiresAt: '2026-07-01T00:00:00.000Z', lastUsed: NOW }, 'h2');
    await tenants.insertToken({ ...token, id: 'k3', expiresAt: undefined, revokedAt: NOW }, 'h3');
    expect(await console.overviews.companies('', 10, NOW)).toMatchObject([
      { id: 't2', enabled: false, users: 0, lastHeard: undefined, tokensUntil: undefined, plan: undefined },
      { id: 't1', enabled: true, groups: 0, lastHeard: NOW, tokensUntil: '2026-07-01T00:00:00.000Z', run: undefined },
    ]);
    await tenants.insertToken({ ...token, id: 'k4', expiresAt: undefined }, 'h4');
    expect(await console.overviews.company('t1', NOW)).toMatchObject({ name: 'Zeta', tokensUntil: 'always' });
    expect(await console.overviews.companies('ZE', 10, NOW)).toMatchObject([{ id: 't1' }]);
    expect(await console.overviews.companies('%', 10, NOW)).toEqual([]);
    expect(await console.overviews.company('t9', NOW)).toBeUndefined();
  });
});
