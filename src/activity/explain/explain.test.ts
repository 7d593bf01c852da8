import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestTenant } from '../../http/testing/server.fixture.js';
import type { Match } from '../../model/match.js';
import { openStorage } from '../../storage/sql/open-storage.js';
import type { Storage } from '../../storage/storage.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import type { Batch } from '../../sync/backend.js';
import { createSynchronization, type StoppableSynchronization } from '../../sync/create-synchronization.js';
import { RUN_TUNING } from '../../sync/run/running.js';
import { MemoryBackend } from '../../sync/testing/memory-backend.fixture.js';
import { explainPerson, type ExplanationJson } from './explain.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ADA = 'ada@contoso.com';

/** A backend that knows accounts already, or refuses, as a test says. */
class ToldBackend extends MemoryBackend {
  matches: readonly Match[] = [];
  refusal: string | undefined;

  override match(tenantId: string, questions: Parameters<MemoryBackend['match']>[1]) {
    if (this.matches.length === 0) return super.match(tenantId, questions);
    return Promise.resolve(new Map(questions.map(({ scimId }) => [scimId, [...this.matches] as never[]])));
  }

  override deliver(batch: Batch) {
    const { refusal } = this;
    if (refusal === undefined) return super.deliver(batch);
    return Promise.resolve(batch.deliveries.map(({ key }) => ({ key, state: 'failed' as const, detail: refusal })));
  }
}

let server: TestServer;
let storage: Storage;
let backend: ToldBackend;
let sync: StoppableSynchronization;
let tenant: TestTenant;

const explain = async (name = ADA, now = new Date()): Promise<ExplanationJson> => {
  await server.running.flushActivity();
  return explainPerson(storage, tenant.id, name, now);
};

const lookUp = (name = ADA) => tenant.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`);

async function create(userName = ADA, more: object = {}): Promise<string> {
  return String((await tenant.send('POST', '/Users', { schemas: [USER], userName, ...more })).body['id']);
}

const patch = (id: string, path: string, value: string | boolean) =>
  tenant.send('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'replace', path, value }] });

async function planAndApply(): Promise<void> {
  const { plan } = await sync.plan(tenant.id, 'anna');
  await (
    await sync.apply(tenant.id, plan.id, { by: 'anna' })
  ).ended;
}

beforeAll(async () => {
  const database = await sqliteStorage.create();
  server = await startTestServer({ ...sqliteStorage, create: () => Promise.resolve(database) });
  storage = await openStorage({ databaseUrl: database.databaseUrl, queryTimeoutMs: 5_000 });
});
beforeEach(async () => {
  tenant = await server.createTenant();
  backend = new ToldBackend(true);
  const tuning = { ...RUN_TUNING, pollMs: 20, graceMs: 50 };
  sync = createSynchronization({ storage, backend, now: () => new Date(), newId: () => newId(), tuning });
});
afterAll(async () => {
  await sync.stop();
  await storage.close();
  await server.stop();
});

/** A sentence, the situation in which it is said, and what it has to say. */
const SENTENCES: readonly (readonly [number, string, () => Promise<unknown>, RegExp])[] = [
  [1, 'nobody has asked', () => Promise.resolve(), /^Entra has never asked for ada@contoso.com\. Assign/u],
  [2, 'Entra looked and created nobody', () => lookUp(), /^Entra looked for ada@contoso.com at .*created nobody/u],
  [
    3,
    'the creation was refused',
    async () => {
      await lookUp();
      await tenant.send('POST', '/Users', { schemas: [USER], userName: ADA, emails: 'none' });
    },
    /^Entra tried to create ada@contoso.com at .*; we refused: "emails".*Entra retries by itself\.$/u,
  ],
  [
    3,
    'a change was refused after others were taken',
    async () => {
      const id = await create();
      await patch(id, 'title', 'Dr');
      await patch(id, 'name.givenName[', 'x');
    },
    /^Entra tried to update ada@contoso.com/u,
  ],
  [
    4,
    'another account has the name',
    async () => {
      await create(ADA, { externalId: 'one' });
      await tenant.send('POST', '/Users', { schemas: [USER], userName: ADA, externalId: 'two' });
    },
    /^ada@contoso.com belongs here to another Entra account; one of the two must change/u,
  ],
  [
    5,
    'FlexWhere has several accounts for the person',
    async () => {
      await create();
      backend.matches = ['a1', 'a2'].map((accountId) => ({ accountId, by: 'name' as const }));
      await sync.plan(tenant.id, 'anna');
    },
    /^Conflict: The backend has 2 accounts.*An operator resolves it under Sync\.$/u,
  ],
  [
    6,
    'FlexWhere has an account of that name',
    async () => {
      await create();
      backend.matches = [{ accountId: 'a1', by: 'name' }];
      await sync.plan(tenant.id, 'anna');
    },
    /^FlexWhere already has an account ada@contoso.com that we did not make/u,
  ],
  [
    7,
    'an operator holds the person',
    async () => {
      const resourceId = await create();
      await sync.hold(tenant.id, { subject: 'account', resourceId }, { by: 'anna', reason: 'on leave' });
    },
    /^Held by anna since .*: on leave, until an operator releases it\.$/u,
  ],
  [
    8,
    'Entra deleted the person',
    async () => {
      const id = await create();
      await planAndApply();
      await tenant.send('DELETE', `/Users/${id}`);
    },
    /^ada@contoso.com was deleted in Entra on .*; the account stays, deactivated, until /u,
  ],
  [
    9,
    'FlexWhere refused',
    async () => {
      await create();
      backend.refusal = 'No license is left.';
      await planAndApply();
    },
    /^FlexWhere refused the change in the plan of .*: No license is left\..*The next plan tries again\.$/u,
  ],
  [
    10,
    'a plan waits',
    async () => {
      await create();
      await sync.plan(tenant.id, 'anna');
    },
    /^Waiting in plan .* line 1; nobody has applied it\.$/u,
  ],
  [11, 'there is no plan', () => create(), /^ada@contoso.com arrived .*; no plan has been made since/u],
  [
    11,
    'there is no plan since the latest change',
    async () => {
      const id = await create();
      await planAndApply();
      await patch(id, 'displayName', 'Ada');
    },
    /no plan has been made since/u,
  ],
  [
    12,
    'the policy does not pass the change on',
    async () => {
      const id = await create();
      await planAndApply();
      await patch(id, 'nickName', 'Ada');
      await planAndApply();
    },
    /^nickName is staged as "Ada"; the policy does not pass it on\.$/u,
  ],
  [
    13,
    'Entra disabled the person and FlexWhere followed',
    async () => {
      const id = await create();
      await planAndApply();
      await patch(id, 'active', 'False');
      await planAndApply();
    },
    /^Entra disabled ada@contoso.com on .*; FlexWhere followed with the plan of .*Assign or unblock/u,
  ],
  [
    14,
    'both agree',
    async () => {
      await create();
      await planAndApply();
    },
    /^Entra \(.*\) and FlexWhere \(plan of .*\) agree about ada@contoso.com\.$/u,
  ],
];

describe('a person is explained by', () => {
  it.each(SENTENCES)('sentence %i where %s', async (number, _situation, happen, sentence) => {
    await happen();
    const explanation = await explain();
    expect(explanation.answer).toMatch(sentence);
    expect(explanation.number).toBe(number);
  });
});

describe('an explanation', () => {
  it('says that Entra has been silent', async () => {
    await create();
    await planAndApply();
    const later = new Date(Date.now() + 3 * 3_600_000);
    expect((await explain(ADA, later)).answer).toMatch(/agree about .*\. But Entra has not called since .* UTC\.$/u);
  });

  it('finds the person by id, externalId, another case, a former name, and among requests from before the creation', async () => {
    await lookUp();
    const id = await create(ADA, { externalId: 'object-1' });
    await patch(id, 'userName', 'ada.king@contoso.com');
    for (const name of [id, 'object-1', 'ADA.KING@contoso.com', ADA]) {
      const { number, sections } = await explain(name);
      expect([name, number, sections.held?.['id']]).toEqual([name, 11, id]);
    }
    const { sections } = await explain(ADA);
    expect(sections.timeline.map(({ operation }) => operation)).toEqual(['user.update', 'user.create', 'user.lookup']);
  });

  it('has what was said, what is held, what FlexWhere was told, and a text to send on', async () => {
    await create(ADA, { title: 'Dr' });
    await planAndApply();
    const { answer, sections } = await explain();
    expect(sections.entra[0]).toMatch(/^Last change: .* user\.create, ok/u);
    expect(sections.held).toMatchObject({ userName: ADA, title: 'Dr' });
    expect(sections.told).toEqual([
      'FlexWhere has ada@contoso.com, active.',
      expect.stringMatching(/line 1: create, applied\.$/u) as string,
    ]);
    expect(sections.between).toEqual([]);
    expect(sections.forAdmin).toContain(answer);
  });

  it('tells a tenant nothing of another', async () => {
    await create();
    tenant = await server.createTenant();
    expect((await explain()).number).toBe(1);
  });
});
