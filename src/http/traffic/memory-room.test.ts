import { describe, expect, it } from 'vitest';
import { MemoryRoom } from './memory-room.js';

const room = (waitMs = 50): MemoryRoom => new MemoryRoom({ bytes: 1_000, waitMs });

describe('the room in memory', () => {
  it('gives a tenant a quarter, and makes the next request wait until something is free', async () => {
    const all = room(5_000);
    const [first, second] = [all.enter('a'), all.enter('a')];
    await first.take(200);
    const order: string[] = [];
    const waiting = second.take(100).then(() => order.push('taken'));
    await Promise.resolve();
    order.push('freed');
    first.leave();
    await waiting;
    expect(order).toEqual(['freed', 'taken']);
    expect(all.total).toBe(100);
  });

  it('answers 503 with Retry-After when nothing becomes free in time', async () => {
    let refused = 0;
    const all = new MemoryRoom({ bytes: 1_000, waitMs: 20 }, () => (refused += 1));
    await all.enter('a').take(250);
    await expect(all.enter('a').take(1)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '2' } });
    expect(refused).toBe(1);
  });

  it('does not let three tenants that take all they can keep a fourth waiting that takes little', async () => {
    const all = room();
    for (const tenant of ['a', 'b', 'c']) await all.enter(tenant).take(250);
    await expect(all.enter('d').take(31)).resolves.toBeUndefined();
    await expect(all.enter('d').take(100)).rejects.toMatchObject({ status: 503 });
  });

  it('lets nobody wait for a request whose tenant has its part already', async () => {
    const all = room();
    await all.enter('a').take(250);
    const refused = expect(all.enter('a').take(10)).rejects.toMatchObject({ status: 503 });
    await expect(all.enter('b').take(100)).resolves.toBeUndefined();
    await refused;
  });

  it('lets what is larger than a part in where the tenant has nothing else', async () => {
    const all = room();
    await all.enter('a').take(600);
    expect(all.enter('a').tryTake(1)).toBe(false);
  });

  it('lets a request that holds something have more than a part where its tenant has no other', async () => {
    const all = room();
    const one = all.enter('a');
    await one.take(10);
    await expect(one.take(600)).resolves.toBeUndefined();
  });

  it('holds nothing for a request that is left while it waits for more', async () => {
    const all = room(5_000);
    const one = all.enter('a');
    const other = all.enter('b');
    await one.take(100);
    await other.take(300);
    const refused = expect(one.take(400)).rejects.toMatchObject({ status: 503 });
    one.leave();
    other.leave();
    await refused;
    expect(all.total).toBe(0);
  });

  it('counts what is forced, and holds nothing for a request that is over', async () => {
    const all = room();
    const held = all.enter('a');
    held.force(5_000);
    expect(all.total).toBe(5_000);
    held.leave();
    held.force(10);
    expect(held.tryTake(10)).toBe(false);
    await expect(held.take(10)).rejects.toMatchObject({ status: 503 });
    expect(all.total).toBe(0);
  });

  it('refuses a request that is over while it waits, as soon as there is room', async () => {
    const all = room(5_000);
    const [first, second] = [all.enter('a'), all.enter('a')];
    await first.take(250);
    const waiting = expect(second.take(100)).rejects.toMatchObject({ status: 503 });
    second.leave();
    first.leave();
    await waiting;
    expect(all.total).toBe(0);
  });

  it('refuses at once what would wait behind five hundred others of its tenant', async () => {
    const all = room(100);
    const first = all.enter('a');
    await first.take(250);
    const waiting = Array.from({ length: 500 }, () =>
      all
        .enter('a')
        .take(1)
        .catch(() => 'late'),
    );
    await expect(all.enter('a').take(1)).rejects.toMatchObject({ status: 503 });
    first.leave();
    expect(new Set(await Promise.all(waiting)).size).toBeGreaterThan(0);
  });
});
