import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { answering, startWebhook } from '../../alerts/testing/webhook.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions } from '../command-line.fixture.js';

const DAY = 86_400_000;

let test: TestTenancy;
let tenantId: string;

beforeAll(async () => {
  test = await openTestTenancy();
  tenantId = (await test.tenancy.createTenant('Contoso')).tenant.id;
});
afterAll(() => test.close());

const run = (words: string, options?: CommandOptions) => runOn(test, words.split(' '), options);

const list = async () => printedJson(await run('alert list --json'))['alerts'];

describe('alert', () => {
  it('list says that there is none', async () => {
    expect((await run('alert list')).stdout).toBe('There is no open alert.\n');
    expect(await list()).toEqual([]);
  });

  it('check looks for alerts now, and list shows what is open', async () => {
    const expiresAt = new Date(Date.now() + 10 * DAY).toISOString();
    const { token } = await test.tenancy.issueToken(tenantId, { label: 'Entra', expiresAt });
    await test.storage.tenants.markUsed(token.id, new Date().toISOString());
    const { stdout } = await run('alert check');
    expect(stdout).toBe(
      '1 opened, 0 told anew, 0 ended. Open now: 0 silent, 0 refused, 1 with a token that expires.\n',
    );
    expect(await list()).toMatchObject([
      { tenantId, tenantName: 'Contoso', kind: 'token-expires', daysLeft: 14, subjectId: token.id, toldAt: null },
    ]);
    const shown = (await run('alert list', { answer: '' })).stdout;
    expect(shown).toMatch(/^OPENED .*COMPANY .*KIND .*WHAT IS THE MATTER .*SENT\n.*Contoso .*token-expires/u);
    const checked = printedJson(await run('alert check --json'));
    expect(checked).toEqual({
      ...{ opened: 0, changed: 0, ended: 0 },
      open: { silent: 0, refusals: 0, 'token-expires': 1 },
    });
  });

  it('test sends the webhook one signed message, and says why it was not accepted', async () => {
    const webhook = await startWebhook();
    onTestFinished(() => webhook.close());
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    const environment = { ALERT_WEBHOOK_URL: webhook.url, ALERT_WEBHOOK_SECRET: secret };
    const accepted = await run('alert test', { environment });
    expect(accepted).toMatchObject({ status: 0, stdout: 'The webhook accepted the message.\n' });
    const [message] = webhook.received;
    expect(new Webhook(secret).verify(message?.body ?? '', message?.headers as Record<string, string>)).toMatchObject({
      type: 'alert.test',
    });
    webhook.behave(answering(500));
    const refused = await run('alert test --json', { environment });
    expect([refused.status, printedJson(refused)]).toEqual([1, { ok: false, reason: 'The webhook answered 500.' }]);
    expect((await run('alert test')).status).toBe(2);
  });

  it('list goes on behind a page', async () => {
    const finding = { kind: 'silent', subject: '', stage: 'open', sentence: 's', since: '2026-06-01' } as const;
    const older = '0198c5d2-7a11-7003-9f6c-000000000001';
    await test.storage.alerts.open(tenantId, older, finding, '2026-06-01T12:00:00.000Z');
    const first = printedJson(await run('alert list --limit 1 --json'));
    expect(first['alerts']).toMatchObject([{ kind: 'token-expires' }]);
    const rest = printedJson(await run(`alert list --json --after ${String(first['next'])}`));
    expect(rest).toMatchObject({ alerts: [{ alertId: older }], next: null });
    expect((await run('alert list --limit 1')).stdout).toContain(
      `Earlier alerts: add --after ${String(first['next'])}`,
    );
  });
});
