import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../model/list.js';
import { PageReads, type AnswerRoom } from './page-reads.js';

const PAGE = { total: 2, keys: [], resources: ['x'.repeat(1_000), 'x'.repeat(1_000)].map(resource) } as unknown as Page;
const EMPTY: Page = { total: 0, keys: [], resources: [] };

function resource(document: string) {
  return { id: '', type: 'User', document };
}

/** Room of so many bytes for requests that never give any of it back by themselves. */
class FullRoom implements AnswerRoom {
  held = 0;
  waiting: (() => void)[] = [];

  constructor(readonly bytes: number) {}

  tryTake(bytes: number): boolean {
    if (this.held + bytes > this.bytes) return false;
    this.held += bytes;
    return true;
  }

  async take(bytes: number): Promise<void> {
    while (!this.tryTake(bytes)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  giveBack(bytes: number): void {
    this.held -= bytes;
    for (const wake of this.waiting.splice(0)) wake();
  }
}

function counted(page: Page, room: AnswerRoom, limit = 2, tenantId = 'contoso') {
  const asked = { count: 0, tenantId, limit, room, read: () => setImmediate((asked.count += 1)).then(() => page) };
  return asked;
}

describe('reads of pages', () => {
  it('hold three bytes for each that was read', async () => {
    const room = new FullRoom(1_000_000);
    await new PageReads(100_000).page(counted(PAGE, room));
    expect(room.held).toBe(6_000);
  });

  it('are few where many pages are asked for at once for which there is no room', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(13_000)];
    const asked = counted(PAGE, room);
    for (let request = 0; request < 50; request += 1) void reads.page(asked);
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    expect(asked.count).toBe(2);
    room.giveBack(6_000);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    expect(asked.count).toBe(3);
  });

  it('give back what a page does not need, such as that of a look-up', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(1_000_000)];
    await reads.page(counted(PAGE, room));
    await reads.page(counted(EMPTY, room, 100));
    expect(room.held).toBe(6_000);
  });

  it('take no more for a page than it may have', async () => {
    const [reads, room] = [new PageReads(4_000), new FullRoom(18_000)];
    await reads.page(counted(PAGE, room));
    await reads.page(counted(PAGE, room, 1_000));
    expect(room.held).toBe(12_000);
  });

  it('happen again, when there is room, where a page is longer than was thought', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(6_500)];
    await reads.page(counted(EMPTY, room));
    room.held = 1_000;
    const asked = counted(PAGE, room);
    const page = reads.page(asked);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    expect(asked.count).toBe(1);
    room.giveBack(1_000);
    await expect(page).resolves.toBe(PAGE);
    expect([asked.count, room.held]).toEqual([2, 6_000]);
  });

  it('go on when the first one of a tenant fails', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(1_000_000)];
    const failing = { ...counted(PAGE, room), read: () => Promise.reject(new Error('away')) };
    const [failed, other] = await Promise.allSettled([reads.page(failing), reads.page(counted(PAGE, room))]);
    expect([failed.status, other.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('do not wait for long for a first one that takes long', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(1_000_000)];
    void reads.page({ ...counted(PAGE, room), read: () => new Promise(() => undefined) });
    await expect(reads.page(counted(PAGE, room))).resolves.toBe(PAGE);
  });

  it('of one tenant do not wait for those of another', async () => {
    const [reads, room] = [new PageReads(100_000), new FullRoom(1_000_000)];
    void reads.page({ ...counted(PAGE, room), read: () => new Promise(() => undefined) });
    await expect(reads.page(counted(PAGE, room, 2, 'fabrikam'))).resolves.toBe(PAGE);
  });
});
