import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TenantTurns, TurnQueue } from './turn-queue.js';

/** Work that ends when it is told to, in the order in which it began. */
function workIn(queue: TurnQueue) {
  const begun: string[] = [];
  const endings: (() => void)[] = [];
  const begin = (tenantId: string, name: string): Promise<string> =>
    queue.run(tenantId, () => {
      begun.push(name);
      return new Promise((resolve) => {
        endings.push(() => {
          resolve(name);
        });
      });
    });
  const endNext = async (): Promise<void> => {
    endings.shift()?.();
    await new Promise(setImmediate);
  };
  return { begun, begin, endNext };
}

const queueOf = (slots: number, waitMs = 1000): TurnQueue =>
  new TurnQueue({ slots, waitMs, refusal: () => new Error('not in time') });

describe('turns', () => {
  /** Takes everything in turn; each piece of a tenant's work takes so many milliseconds. */
  function served(turns: TenantTurns<string>, costs: Readonly<Record<string, number>>): string {
    let order = '';
    for (let item = turns.next(); item !== undefined; item = turns.next()) {
      order += item;
      turns.charge(item, costs[item] ?? 0);
    }
    return order;
  }

  function waiting(...tenants: string[]): TenantTurns<string> {
    const turns = new TenantTurns<string>();
    for (const tenant of tenants) turns.add(tenant, tenant);
    return turns;
  }

  it('go round where all take as long', () => {
    expect(served(waiting('a', 'a', 'a', 'b', 'b', 'c'), {})).toBe('abcaba');
  });

  it('come as often as they are short', () => {
    expect(served(waiting(...Array<string>(3).fill('a'), ...Array<string>(8).fill('b')), { a: 50, b: 10 })).toBe(
      'abbbbbabbba',
    );
  });

  it.each([1, 2, 5])('put who comes meanwhile in front of %i tenants whose work takes long', (count) => {
    const long = ['v', 'w', 'x', 'y', 'z'].slice(0, count);
    const turns = waiting(...long);
    served(turns, { v: 500, w: 510, x: 520, y: 530, z: 540 });
    for (const tenant of [...long, ...long]) turns.add(tenant, tenant);
    const first = turns.next() ?? '';
    turns.add('q', 'q');
    turns.charge(first, 500);
    expect(turns.next()).toBe('q');
    turns.charge('q', 2);
    expect(long).toContain(turns.next());
  });

  it('are no more to who was away than to who waits', () => {
    const turns = waiting('a', 'a', 'a', 'a');
    expect(served(turns, { a: 100 })).toBe('aaaa');
    for (const tenant of ['b', 'a', 'b', 'a', 'b', 'a', 'b']) turns.add(tenant, tenant);
    expect(served(turns, { a: 100, b: 100 })).toBe('bababab');
  });
});

describe('a queue with turns', () => {
  it('runs as many at a time as it has slots', async () => {
    const { begun, begin, endNext } = workIn(queueOf(2));
    const all = ['1', '2', '3'].map((name) => begin('a', name));
    expect(begun).toEqual(['1', '2']);
    await endNext();
    expect(begun).toEqual(['1', '2', '3']);
    await endNext();
    await endNext();
    expect(await Promise.all(all)).toEqual(['1', '2', '3']);
  });

  it('serves tenants in turn, however much one of them asks for', async () => {
    const { begun, begin, endNext } = workIn(queueOf(1));
    const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) => begin(name.slice(0, 1), name));
    while (begun.length < all.length) await endNext();
    expect(begun.slice(0, 3)).toEqual(['a1', 'b1', 'c1']);
    expect(begun.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
    await endNext();
    expect(await Promise.all(all)).toHaveLength(7);
  });

  it('lets nobody who had it alone for long wait until others have had as much', async () => {
    const queue = queueOf(1, 60_000);
    const order: string[] = [];
    const turn = (tenantId: string, milliseconds: number) =>
      queue.run(tenantId, async () => {
        order.push(tenantId);
        await sleep(milliseconds);
      });
    for (let count = 0; count < 20; count += 1) await turn('a', 20);
    await Promise.all(['b', ...Array<string>(100).fill('b'), 'a'].map((tenantId) => turn(tenantId, 0)));
    expect(order.lastIndexOf('a')).toBeLessThan(order.length - 1);
  });

  it('refuses work whose turn does not come in time, and forgets it', async () => {
    const { begun, begin, endNext } = workIn(queueOf(1, 20));
    const first = begin('a', '1');
    await expect(begin('a', '2')).rejects.toThrow('not in time');
    const third = begin('a', '3');
    await endNext();
    await endNext();
    expect(await Promise.all([first, third])).toEqual(['1', '3']);
    expect(begun).toEqual(['1', '3']);
  });

  it('goes on behind work that fails', async () => {
    const queue = queueOf(1);
    const failed = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', () => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
    expect(await queue.run('b', () => Promise.resolve('still'))).toBe('still');
  });
});
