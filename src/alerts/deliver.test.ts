import { Webhook } from 'standardwebhooks';
import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertFinding } from '../model/alert/alert.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { deliver, type DeliveryParts } from './deliver.js';
import { watchedCompanies, type WatchedCompanies } from './testing/companies.fixture.js';
import { answering, startWebhook, type WebhookReceiver } from './testing/webhook.fixture.js';
import { webhookSender } from './webhook.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const SECONDS = 1 / 3_600;

describe.each(storageKinds)('telling the webhook on $name', (kind) => {
  let test: WatchedCompanies;
  let webhook: WebhookReceiver;
  let failures: string[];

  beforeEach(async () => {
    [test, webhook, failures] = [await watchedCompanies(kind), await startWebhook(), []];
    await test.company('a');
  });
  afterEach(async () => {
    await webhook.close();
    await test.close();
  });

  const partsOf = (url = webhook.url, timeoutMs = 20_000): DeliveryParts => ({
    ...{ storage: test.storage, now: test.now, newId: () => newId(), publicUrl: 'https://scim.example' },
    send: webhookSender({ url, secret: SECRET }, { now: () => new Date(), timeoutMs }),
    onFailure: (alert, reason, isGivenUp) =>
      failures.push(`${alert.attempts} ${reason}${isGivenUp ? ' given up' : ''}`),
  });

  const tell = (parts = partsOf()): Promise<void> =>
    deliver(parts, { signal: new AbortController().signal, wait: () => Promise.resolve() });

  const open = async (tenantId = 'a', given: Partial<AlertFinding> = {}): Promise<Alert> => {
    const finding = { kind: 'silent', subject: '', stage: 'open', sentence: 'It is silent.', since: 's' } as const;
    await test.storage.alerts.open(tenantId, newId(), { ...finding, ...given }, test.now().toISOString());
    const [alert] = await test.storage.alerts.ofTenant(tenantId);
    if (alert === undefined) throw new Error('no alert is open');
    return alert;
  };

  const types = (): readonly string[] =>
    webhook.received.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type);

  it('sends a signed message once when an alert opens, and one when it ends', async () => {
    const alert = await open();
    for (let turn = 0; turn < 3; turn += 1) await tell();
    const [first] = webhook.received;
    const verified = new Webhook(SECRET).verify(first?.body ?? '', first?.headers as Record<string, string>);
    expect(verified).toEqual({
      type: 'alert.opened',
      data: {
        ...{ alertId: alert.id, tenantId: 'a', tenantName: 'Tenant a', kind: 'silent', sentence: 'It is silent.' },
        ...{ since: 's', opened: alert.opened, ended: null, daysLeft: null },
        consoleUrl: 'https://scim.example/admin/tenants/a',
      },
    });
    await test.storage.alerts.end(alert, 'Entra calls again.', test.now().toISOString());
    for (let turn = 0; turn < 3; turn += 1) await tell();
    expect(types()).toEqual(['alert.opened', 'alert.ended']);
    expect(webhook.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      `alert_${alert.id}_open`,
      `alert_${alert.id}_ended`,
    ]);
  });

  it('sends each stage of a token, and of those that were missed the last alone', async () => {
    const token = { kind: 'token-expires', subject: 't' } as const;
    const alert = await open('a', { ...token, stage: '30' });
    await tell();
    await test.storage.alerts.change(alert, { stage: '14', sentence: '14' }, test.now().toISOString());
    await test.storage.alerts.change(alert, { stage: '3', sentence: '3' }, test.now().toISOString());
    await tell();
    const told = webhook.received.map(({ body }) => JSON.parse(body) as { type: string; data: { daysLeft: number } });
    expect(told.map(({ type, data }) => [type, data.daysLeft])).toEqual([
      ['alert.opened', 30],
      ['alert.reminder', 3],
    ]);
  });

  it('says nothing of an alert that ended before it was told', async () => {
    await test.storage.alerts.end(await open(), 'over', test.now().toISOString());
    await tell();
    expect(webhook.received).toEqual([]);
  });

  it('sends each message once, though two processes do so at the same time', async () => {
    const ids = ['b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const id of ids) {
      await test.company(id);
      await open(id);
    }
    await Promise.all([tell(), tell(), tell()]);
    await tell();
    expect(webhook.received).toHaveLength(ids.length);
    expect(new Set(webhook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
  });

  it('sends it again with the same id where a process was killed between sending and noting it', async () => {
    const alert = await open();
    const parts = partsOf();
    const killed = new AbortController();
    const dying = {
      ...parts,
      send: async (...sent: Parameters<typeof parts.send>) => {
        await parts.send(...sent);
        killed.abort();
        throw new Error('killed');
      },
    };
    await deliver(dying, { signal: killed.signal });
    await tell();
    expect(webhook.received).toHaveLength(1);
    await test.storage.alerts.end(alert, 'over', test.now().toISOString());
    await tell();
    expect(webhook.received).toHaveLength(1);
    test.awayUntil(61 * SECONDS);
    await tell();
    // Somebody may have been told of it, so that its end is told.
    expect(types()).toEqual(['alert.opened', 'alert.ended']);
  });

  it.each([
    ['answers 500', answering(500), 'The webhook answered 500.'],
    ['answers 404', answering(404), 'The webhook answered 404.'],
    [
      'redirects',
      answering(307, { Location: 'http://127.0.0.1:9/' }),
      'The webhook answered 307, a redirect, which is not followed.',
    ],
    ['hangs', () => undefined, 'The webhook did not answer within 100 ms.'],
  ])('tries again later where the receiver %s, and others are told meanwhile', async (_what, behavior, reason) => {
    await test.company('b');
    const failing = await open('a');
    await open('b');
    webhook.behave((response, body) => {
      if (body.includes('"tenantId":"a"')) behavior(response, body);
      else response.writeHead(200).end();
    });
    await tell(partsOf(webhook.url, 100));
    expect(failures).toEqual([`1 ${reason}`]);
    expect((await test.storage.alerts.ofTenant('b'))[0]?.told).toBe('open');
    expect((await test.storage.alerts.ofTenant('a'))[0]).toMatchObject({ failure: reason, attempts: 1 });
    expect((await test.storage.alerts.counts()).undelivered).toEqual({ retrying: 1, givenUp: 0 });
    webhook.behave(answering(204));
    test.awayUntil(29 * SECONDS);
    await tell();
    expect(webhook.received).toHaveLength(2);
    test.awayUntil(31 * SECONDS);
    await tell();
    expect(webhook.received.at(-1)?.headers['webhook-id']).toBe(`alert_${failing.id}_open`);
    expect((await test.storage.alerts.ofTenant('a'))[0]).toMatchObject({ told: 'open', failure: undefined });
    expect((await test.storage.alerts.counts()).undelivered).toEqual({ retrying: 0, givenUp: 0 });
  });

  it('waits as long as the receiver asks', async () => {
    await open();
    webhook.behave(answering(429, { 'Retry-After': '120' }));
    await tell();
    expect((await test.storage.alerts.ofTenant('a'))[0]?.due).toBe('2026-06-01T00:02:00.000Z');
  });

  it('gives a message up after a day, and tells the next stage all the same', async () => {
    const { url } = webhook;
    await webhook.close();
    webhook = await startWebhook();
    const alert = await open();
    let attempts = 0;
    while ((await test.storage.alerts.counts()).undelivered.givenUp === 0 && attempts < 99) {
      const due = (await test.storage.alerts.ofTenant('a'))[0]?.due ?? '';
      test.awayUntil((Date.parse(due) - Date.parse('2026-06-01T00:00:00.000Z')) / 3_600_000);
      await tell(partsOf(url));
      attempts += 1;
    }
    expect([attempts, failures.at(-1)]).toEqual([30, '30 The webhook could not be reached (ECONNREFUSED). given up']);
    const hours = (test.now().getTime() - Date.parse('2026-06-01T00:00:00.000Z')) / 3_600_000;
    expect([hours > 20, hours < 26]).toEqual([true, true]);
    await tell();
    expect(webhook.received).toEqual([]);
    await test.storage.alerts.end(alert, 'over', test.now().toISOString());
    await tell();
    expect(types()).toEqual(['alert.ended']);
  });

  it('a stage that comes while an earlier one is being sent is told after it', async () => {
    const alert = await open('a', { kind: 'token-expires', subject: 't', stage: '30' });
    let changed = Promise.resolve(false);
    webhook.behave((response) => {
      changed = test.storage.alerts.change(alert, { stage: '14', sentence: '14' }, test.now().toISOString());
      void changed.then(() => response.writeHead(204).end());
      webhook.behave(answering(204));
    });
    await tell();
    await tell();
    expect(await changed).toBe(true);
    expect(types()).toEqual(['alert.opened', 'alert.reminder']);
  });

  it('ends at once where the server stops while the receiver hangs', async () => {
    await open();
    const stop = new AbortController();
    webhook.behave(() => {
      stop.abort();
    });
    await deliver(partsOf(), { signal: stop.signal });
    expect([failures, webhook.received.length]).toEqual([[], 1]);
  });
});
