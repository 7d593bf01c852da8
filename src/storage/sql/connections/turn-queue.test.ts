import { describe, expect, it } from 'vitest';
import { TurnQueue } from './turn-queue.js';

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
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
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
