import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../../testing/resources.fixture.js';
import { openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';
import { sqliteStorage } from '../../testing/storage.fixture.js';
import { selectRows, type Session } from './database.js';
import { ownTime } from '../../../testing/own-time.fixture.js';

describe('units of work that share a transaction on SQLite', () => {
  let test: OpenDatabase;
  let ran: string[];
  beforeAll(async () => {
    test = await openTestDatabase(sqliteStorage);
    test.database.watch.add(({ sql }) => ran.push(sql));
  });
  beforeEach(() => {
    ran = [];
  });
  afterAll(() => test.close());

  const times = (sql: string): number => ran.filter((one) => one === sql).length;
  const read = (session: Session) => selectRows(session, 'select id from tenants', []);
  const write = (session: Session) => selectRows(session, "update tenants set name = name || 'x'", []);
  const lengthOf = async (): Promise<number> => {
    const [row] = await test.database.lookup((session) =>
      selectRows<{ length: number }>(session, 'select length(name) as length from tenants', []),
    );
    return row?.length ?? 0;
  };

  /** Runs units that wait together behind a first one; says how often each ran, and how it ended. */
  async function together(works: readonly ((session: Session) => Promise<unknown>)[]) {
    const runs = works.map(() => 0);
    const first = test.database.unit(read);
    const outcomes = await Promise.allSettled(
      works.map((work, index) =>
        test.database.unit((session) => {
          runs[index] = (runs[index] ?? 0) + 1;
          return work(session);
        }),
      ),
    );
    await first;
    return { runs, outcomes: outcomes.map(({ status }) => status) };
  }

  const fail = (): never => {
    throw new Error('failed');
  };
  const failAtOnce = (session: Session) => read(session).then(fail);
  const failWritten = (session: Session) => write(session).then(fail);

  it('take one flush to disk, and no savepoints', async () => {
    const before = await lengthOf();
    expect(await together([write, write, write])).toEqual({ runs: [1, 1, 1], outcomes: Array(3).fill('fulfilled') });
    expect(await lengthOf()).toBe(before + 3);
    expect([times('begin immediate'), times('commit'), times('savepoint unit')]).toEqual([1, 1, 0]);
  });

  it('run once where another fails before it writes', async () => {
    const { runs, outcomes } = await together([write, failAtOnce, write]);
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(runs).toEqual([1, 1, 1]);
    expect(times('rollback')).toBe(0);
  });

  it('run again, and keep what they wrote, where others fail after they wrote', async () => {
    const before = await lengthOf();
    const { runs, outcomes } = await together([write, failWritten, write, failWritten, write]);
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(runs).toEqual([2, 1, 1, 1, 1]);
    expect(await lengthOf()).toBe(before + 3);
    expect([times('begin immediate'), times('commit'), times('rollback')]).toEqual([2, 1, 1]);
  });

  it('go round by tenant: one that waits with much holds up itself', async () => {
    const order: string[] = [];
    const unit = (tenantId: string) =>
      test.database.unit(async (session) => {
        order.push(tenantId);
        await write(session);
      }, tenantId);
    await Promise.all([...Array<string>(60).fill('much'), 'one', 'other'].map(unit));
    expect(order).toHaveLength(62);
    expect(Math.max(order.indexOf('one'), order.indexOf('other'))).toBeLessThan(5);
  });

  it('take no more of those that wait when 50 ms have passed, so that what was written is soon acknowledged', async () => {
    const slow = (session: Session) => write(session).then(() => sleep(30));
    expect((await together([slow, slow, slow, slow])).runs).toEqual([1, 1, 1, 1]);
    expect(times('commit')).toBeGreaterThan(1);
  });

  it('are not acknowledged later because another tenant, whose units take long, shares their transaction', async () => {
    const ends: string[] = [];
    const unit = async (tenantId: string, milliseconds: number): Promise<void> => {
      await test.database.unit((session) => write(session).then(() => sleep(milliseconds)), tenantId);
      ends.push(tenantId);
    };
    await unit('long', 120);
    [ends.length, ran] = [0, []];
    await Promise.all([unit('long', 120), unit('short', 0), unit('long', 120)]);
    expect(ends).toEqual(['long', 'short', 'long']);
    expect(times('commit')).toBe(3);
  });

  it.each([1, 3])(
    'wait for no more than the one that runs, where %i tenants have many long ones waiting',
    async (count) => {
      const order: string[] = [];
      const unit = (tenantId: string, work: () => Promise<unknown>) =>
        test.database.unit(async (session) => {
          order.push(tenantId);
          await write(session);
          await work();
        }, tenantId);
      const rest = (): Promise<void> => sleep(60);
      for (let index = 0; index < count; index += 1) await unit(`long ${index}`, () => sleep(60 + 40 * index));
      order.length = 0;
      let quiet: Promise<void> | undefined;
      const first = unit('long 0', () => {
        quiet = unit('quiet', () => Promise.resolve());
        return rest();
      });
      const others = Array.from({ length: 3 * count }, (_, index) => unit(`long ${index % count}`, rest));
      await Promise.all([first, ...others]);
      await quiet;
      expect(order.indexOf('quiet')).toBe(1);
    },
  );

  it('share no transaction with another tenant where it is their commit that takes long', async () => {
    let isSlow = true;
    test.database.watch.add(({ sql }) => {
      const end = performance.now() + 120;
      while (isSlow && sql === 'commit' && performance.now() < end);
    });
    const ends: string[] = [];
    const unit = async (tenantId: string): Promise<void> => {
      await test.database.unit(write, tenantId);
      ends.push(tenantId);
    };
    await unit('much');
    [isSlow, ends.length, ran] = [false, 0, []];
    await Promise.all([unit('much'), unit('little'), unit('little')]);
    expect(ends).toEqual(['much', 'little', 'little']);
    expect(times('commit')).toBe(2);
  });

  it('are rolled back and refused by 503 when they hold the writer for longer than their budget; the others are kept', async () => {
    const before = await lengthOf();
    const endless = `with recursive n (i) as (select 1 union all select i + 1 from n where i < 1000000000)
      select count(*) from n`;
    const hold = (session: Session) => write(session).then(() => selectRows(session, endless, []));
    const took = await ownTime(async () => {
      const held = test.database.unit(hold, 'slow', { waitMs: 5_000, budgetMs: 50 });
      const others = ['a', 'b'].map((tenantId) => test.database.unit(write, tenantId));
      await expect(held).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '10' } });
      await Promise.all(others);
    });
    expect(took).toBeLessThan(5_000);
    expect(await lengthOf()).toBe(before + 2);
  });

  it('cannot write when they are over', async () => {
    let late: Session | undefined;
    await test.database.unit((session) => {
      late = session;
      return read(session);
    });
    await expect(late?.all("insert into tenants (id) values ('late')", [])).rejects.toThrow('is over');
    expect(() => late?.knex).toThrow('is over');
  });

  it('wait for a migration, which waits for those before it', async () => {
    const order: string[] = [];
    const unit = (name: string) =>
      test.storage.write('t', async (directory) => {
        await directory.insert(newUser(name));
        order.push(name);
      });
    const migrated = (knex: unknown) => {
      order.push(knex === undefined ? '' : 'migration');
      return Promise.resolve();
    };
    await Promise.all([unit('ada'), test.database.migrate(migrated), unit('bob').then(() => unit('eve'))]);
    expect(order).toHaveLength(4);
    expect(order.indexOf('migration')).toBeGreaterThan(0);
  });
});
