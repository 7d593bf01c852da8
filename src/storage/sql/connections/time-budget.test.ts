import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from '../../../model/list.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { USER } from '../../../protocol/schemas/resource-types.js';
import { ScimError } from '../../../protocol/scim-error.js';
import { newUser } from '../../testing/resources.fixture.js';
import { openTestDatabase, seed, type OpenDatabase } from '../../testing/seed.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import { ownTime } from '../../../testing/own-time.fixture.js';

/** Milliseconds. */
const BUDGET = 300;

const SLOW = parseFilter(Array.from({ length: 150 }, (_, index) => `title co "none ${index}"`).join(' or '), USER);
const TOO_MANY = { status: 400, scimType: 'tooMany' };
const BUSY = { status: 503, headers: { 'Retry-After': '10' } };

describe.each(storageKinds)(`a budget of ${BUDGET} ms on $name`, (kind) => {
  let test: OpenDatabase;
  const scan = (tenantId = 't', filter = SLOW): Promise<Page> =>
    test.storage.directory(tenantId).list({ type: 'User', filter, offset: 0, limit: 10 });

  beforeAll(async () => {
    test = await openTestDatabase(kind, { queryTimeoutMs: BUDGET });
    await seed(test.database, 'User', 60_000);
    await addTenant(test.storage, 'other');
    await test.storage.write('other', (directory) => directory.insert(newUser('ada', { title: 'Countess' })));
  }, 120_000);
  afterAll(() => test.close());

  it('ends a scan with tooMany, while lookups and writes of other tenants go on', async () => {
    const state = { ended: false };
    const scanned = scan()
      .catch((error: unknown) => error)
      .finally(() => (state.ended = true));
    const rounds: number[] = [];
    while (!state.ended) {
      const round = async (): Promise<void> => {
        expect(await test.storage.directory('other').find('User', 'ada')).toBeDefined();
        await test.storage.write('other', (directory) => directory.insert(newUser(`user ${rounds.length}`)));
      };
      rounds.push(await ownTime(round));
    }
    expect(await scanned).toMatchObject(TOO_MANY);
    expect(rounds.length).toBeGreaterThan(3);
    expect(Math.max(...rounds)).toBeLessThan(BUDGET);
  });

  it('tells a scan that takes too long from one that waits too long for its turn, which may be sent again', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => scan().catch((error: unknown) => error)));
    const tooMany = outcomes.filter((outcome) => outcome instanceof ScimError && outcome.scimType === 'tooMany');
    expect(tooMany.length).toBeGreaterThanOrEqual(1);
    for (const outcome of outcomes.filter((one) => !tooMany.includes(one))) expect(outcome).toMatchObject(BUSY);
    expect(tooMany.length).toBeLessThan(8);
  });

  it('refuses at once what one tenant asks for beyond its place in the queue', async () => {
    const scans = Array.from({ length: 30 }, () => scan().catch((error: unknown) => error));
    const first = async (): Promise<void> => {
      expect(await Promise.race(scans)).toMatchObject(BUSY);
    };
    expect(await ownTime(first)).toBeLessThan(BUDGET);
    await Promise.all(scans);
  });

  it('counts what was refused and what was ended, by the queue in which it waited', () => {
    const { statements, waiting, refused, overBudget } = test.storage.state();
    expect(statements).toBeGreaterThan(0);
    expect(waiting).toEqual({ lookup: 0, walk: 0, scan: 0, write: 0 });
    expect(refused.scan).toBeGreaterThan(20);
    expect(overBudget.scan).toBeGreaterThanOrEqual(2);
    expect([refused.lookup, refused.walk, refused.write, overBudget.write]).toEqual([0, 0, 0, 0]);
  });

  it('leaves the connections in order', async () => {
    await expect(scan()).rejects.toMatchObject(TOO_MANY);
    const page = await scan('other', parseFilter('title eq "Countess"', USER));
    expect(page.resources.map(({ id }) => id)).toEqual(['ada']);
  });
});
