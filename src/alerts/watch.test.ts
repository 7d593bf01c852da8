import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../model/alert/alert.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { atHour, watchedCompanies, type WatchedCompanies } from './testing/companies.fixture.js';
import { watchNow } from './watch.js';

const hours = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const DAY = 24;

describe.each(storageKinds)('looking for alerts on $name', (kind) => {
  let test: WatchedCompanies;

  beforeEach(async () => {
    test = await watchedCompanies(kind);
    await test.company('a');
  });
  afterEach(() => test.close());

  const alert = async (id: string): Promise<Alert | undefined> => (await test.storage.alerts.ofTenant(id))[0];

  describe('a company that calls every hour', () => {
    beforeEach(async () => {
      await test.round();
      await test.calls('a', hours(0, 10));
    });

    it('is silent after three usual pauses, once, and until Entra calls again', async () => {
      await test.until(13);
      expect(await test.open()).toEqual([]);
      await test.until(13.5);
      expect(await test.open()).toEqual(['a silent open']);
      const opened = await alert('a');
      expect(opened).toMatchObject({
        ...{ since: atHour(9), due: opened?.opened },
        sentence:
          'Entra has not called since 2026-06-01 10:00 UTC; usually it calls every hour. ' +
          'Has provisioning been stopped, or is it in quarantine? See its Overview page in Entra.',
      });
      await test.until(20);
      expect(await alert('a')).toEqual(opened);
      await test.calls('a', [20]);
      await test.until(20.5);
      expect(await test.open()).toEqual([]);
    });

    it('stays silent when what it was judged by has left the log', async () => {
      await test.until(14);
      const opened = await alert('a');
      await test.storage.activity.prune('a', atHour(60 * DAY), 1_000);
      test.awayUntil(60 * DAY);
      await test.until(60 * DAY + 1);
      expect(await alert('a')).toEqual(opened);
    });

    it('is not silent while no server was there to hear it, nor at once when one is there again', async () => {
      await test.until(10);
      test.awayUntil(40);
      await test.until(42);
      expect(await test.open()).toEqual([]);
      await test.until(44);
      expect(await test.open()).toEqual(['a silent open']);
    });

    it('is not silent while it is disabled, nor at once when it is enabled', async () => {
      await test.until(14);
      const change = (enabled: boolean) => {
        const lastModified = test.now().toISOString();
        return test.storage.tenants.updateTenant('a', (tenant) => ({ ...tenant, enabled, lastModified }));
      };
      await change(false);
      await test.until(20);
      expect(await test.open()).toEqual([]);
      await change(true);
      await test.until(22);
      expect(await test.open()).toEqual([]);
      await test.until(24);
      expect(await test.open()).toEqual(['a silent open']);
    });

    it('has no alert when it is erased, and its erasing is not held up', async () => {
      await test.until(14);
      expect(await test.storage.tenants.deleteTenant('a')).toBe(true);
      await test.until(15);
      expect(await test.open()).toEqual([]);
    });
  });

  it('companies that never called, or four hours only, are not silent', async () => {
    await test.company('b');
    await test.round();
    await test.calls('b', hours(0, 4));
    await test.until(12);
    expect(await test.open()).toEqual([]);
  });

  it('every company has its turn, on whatever page it is', async () => {
    const ids = ['b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const id of ids) await test.company(id);
    await test.round();
    for (const id of ids) await test.calls(id, hours(0, 10));
    await test.until(14);
    expect(await test.open()).toEqual(ids.map((id) => `${id} silent open`));
  });

  describe('refusals', () => {
    const refuse = (hour: number, count: number) => test.calls('a', [hour], { outcome: 'refused', status: 400, count });

    it('are an alert from the threshold on, until they are less than half of it', async () => {
      await test.calls('a', [0], { count: 41 });
      await refuse(0, 10);
      await test.until(1);
      expect(await test.open()).toEqual([]);
      await refuse(1, 1);
      await test.until(1.5);
      expect(await test.open()).toEqual(['a refusals open']);
      expect((await alert('a'))?.sentence).toContain('11 of 52 requests (21 %) were refused in 6 hours');
      await test.calls('a', [2], { count: 40 });
      await test.until(3);
      expect(await test.open()).toEqual(['a refusals open']);
      await test.calls('a', [3], { count: 40 });
      await test.until(3.5);
      expect(await test.open()).toEqual([]);
    });

    it('are none where they are few, and still one when nobody calls any more', async () => {
      await refuse(0, 9);
      await test.until(1);
      expect(await test.open()).toEqual([]);
      await refuse(0, 1);
      await test.until(9);
      expect(await test.open()).toEqual(['a refusals open']);
    });

    it('are none of a company that was never provisioned', async () => {
      await test.calls('a', [0], { operation: 'authenticate', outcome: 'refused', status: 401, count: 50 });
      await test.until(1);
      expect(await test.open()).toEqual([]);
    });
  });

  describe('a token that expires', () => {
    const in50Days = { expiresAt: atHour(50 * DAY) };

    it('is an alert with 30, 14 and 3 days left, and until it is revoked', async () => {
      const id = await test.token('a', in50Days);
      const stages: string[] = [];
      for (const day of [19, 21, 35, 37, 46, 48, 51]) {
        test.awayUntil(day * DAY);
        await test.round();
        const found = await alert('a');
        stages.push(found?.stage ?? '-');
        if (day === 37) expect(found?.sentence).toContain('expires at 2026-07-21 00:00 UTC');
      }
      expect(stages).toEqual(['-', '30', '30', '14', '14', '3', '3']);
      expect(await alert('a')).toMatchObject({ kind: 'token-expires', subject: id, opened: atHour(21 * DAY) });
      await test.storage.tenants.revokeToken('a', id, test.now().toISOString());
      await test.until(52 * DAY);
      expect(await test.open()).toEqual([]);
    });

    it.each([
      ['that nobody has used', { lastUsed: undefined }],
      ['that may only read', { scopes: ['scim.read'] as const }],
      ['of an OAuth client, which gets another', { clientId: 'c' }],
      ['that is revoked', { revokedAt: atHour(1) }],
    ])('is none %s', async (_what, given) => {
      await test.token('a', { ...in50Days, ...given });
      test.awayUntil(48 * DAY);
      await test.round();
      expect(await test.open()).toEqual([]);
    });

    it('is none where another one is used for a day, and is one while both are', async () => {
      test.awayUntil(48 * DAY);
      await test.token('a', { ...in50Days, lastUsed: atHour(47 * DAY) });
      const other = await test.token('a', { lastUsed: undefined });
      await test.round();
      await test.storage.tenants.markUsed(other, atHour(48 * DAY - 1));
      await test.until(48 * DAY + 1);
      expect(await test.open()).toEqual(['a token-expires 3']);
      await test.storage.tenants.markUsed(other, atHour(48 * DAY));
      await test.until(48 * DAY + 2);
      expect(await test.open()).toEqual([]);
    });

    it('is one of a credential of an OAuth client as well', async () => {
      const client = { id: 'c', tenantId: 'a', label: 'Entra', scopes: [], created: atHour(0), lastUsed: undefined };
      await test.storage.oauth.insertClient(
        client,
        {
          ...{ id: 's', tenantId: 'a', clientId: 'c', label: 'x', created: atHour(0), lastUsed: atHour(1) },
          ...{ proof: { kind: 'secret', hash: 'h' }, ...in50Days },
        },
        10,
      );
      test.awayUntil(40 * DAY);
      await test.round();
      expect(await alert('a')).toMatchObject({ kind: 'token-expires', subject: 's', stage: '14' });
      expect((await alert('a'))?.sentence).toContain('A credential of the OAuth client that Entra uses expires at');
    });
  });

  it('two processes take turns, and open an alert once where both look', async () => {
    await test.round();
    await test.calls('a', hours(0, 10));
    await test.until(13);
    test.awayUntil(13.5);
    const signal = new AbortController().signal;
    const both = await Promise.all([test.round(), test.round(), watchNow(test.parts, { signal })]);
    expect(both.slice(0, 2).filter((outcome) => outcome === undefined)).toHaveLength(1);
    expect(both.reduce((sum, outcome) => sum + (outcome?.opened ?? 0), 0)).toBe(1);
    expect(await test.open()).toEqual(['a silent open']);
  });

  it('a round goes on where a process has ended that made it, when its lease is over', async () => {
    for (const id of ['b', 'c', 'd', 'e']) await test.company(id);
    await test.round();
    for (const id of ['a', 'e']) await test.calls(id, hours(0, 10));
    await test.until(13);
    test.awayUntil(13.5);
    const killed = await test.storage.alerts.turns.take('killed', atHour(13.5), atHour(13.6), atHour(13));
    expect(killed?.after).toBeUndefined();
    expect(await test.storage.alerts.turns.keep('killed', 'c', atHour(13.5), atHour(13.6))).toBe(true);
    expect(await test.round()).toBeUndefined();
    test.awayUntil(13.75);
    expect(await test.round()).toMatchObject({ opened: 1 });
    expect(await test.open()).toEqual(['e silent open']);
    expect(await test.storage.alerts.turns.keep('killed', 'd', atHour(13.8), atHour(14))).toBe(false);
    await test.until(14);
    expect(await test.open()).toEqual(['a silent open', 'e silent open']);
  });

  it('alerts that ended a month ago are erased', async () => {
    await test.round();
    const finding = { kind: 'silent', subject: '', stage: 'open', sentence: 's', since: atHour(0) } as const;
    for (let turn = 0; turn < 7; turn += 1) {
      await test.storage.alerts.open('a', `alert-${turn}`, finding, atHour(0));
      const found = await alert('a');
      if (found !== undefined) await test.storage.alerts.end(found, 'over', atHour(turn < 6 ? 1 : 3 * DAY));
    }
    test.awayUntil(31 * DAY);
    await test.round();
    expect(await test.storage.alerts.eraseEnded(atHour(99 * DAY), 100)).toBe(1);
  });
});
