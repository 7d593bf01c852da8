import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notFound } from '../../protocol/scim-error.js';
import type { RunStatus } from '../../sync/synchronization.js';
import type { OpenSession } from '../session/sessions.js';
import type { EventStream } from './event-stream.js';
import { createRunEvents, type RunEvents } from './run-events.js';
import { MOST_STREAMS, MOST_STREAMS_OF_SESSION } from './seats.js';

const TIMING = { lookMs: 10, sessionMs: 20, beatMs: 60, patienceMs: 40 };

/** A client of a stream: what it was sent, and whether it reads. */
class Client {
  text = '';
  reads = true;
  ended = false;

  get names(): readonly string[] {
    return [...this.text.matchAll(/^event: (.+)$/gmu)].map(([, name = '']) => name);
  }

  /** The names but for the signs of life. */
  get news(): readonly string[] {
    return this.names.filter((name) => name !== 'beat');
  }

  follow(stream: EventStream): void {
    stream.open({
      isReady: () => this.reads && !this.ended,
      send: (text) => (this.text += text),
      end: () => {
        if (this.ended) return;
        this.ended = true;
        stream.closed();
      },
    });
  }
}

const session = (hash = 's'): OpenSession => ({
  ...{ hash, name: 'Ada', role: 'viewer', signedIn: '', lastSeen: '', formToken: '', fresh: false },
});

describe('the events of a run', () => {
  let run: RunStatus;
  let looks: number;
  let sessionsRead: string[];
  let look: () => Promise<RunStatus>;
  let isOpen: boolean;
  let faults: unknown[];
  let stopping: AbortController;
  let events: RunEvents;
  let streams: EventStream[];

  const running = (applied: number): RunStatus => ({
    ...{
      id: 'r',
      planId: 'p',
      state: 'running',
      started: '',
      by: 'ada',
      owner: '',
      leaseUntil: '',
      interrupted: false,
    },
    counts: { left: 10 - applied, applied, skipped: 0, failed: 0 },
  });

  beforeEach(() => {
    [run, looks, isOpen, faults, streams, sessionsRead] = [running(0), 0, true, [], [], []];
    look = () => Promise.resolve(run);
    stopping = new AbortController();
    events = createRunEvents({
      synchronization: {
        status: () => {
          looks += 1;
          return look();
        },
      },
      sessions: {
        isOpen: ({ hash }) => {
          sessionsRead.push(hash);
          return Promise.resolve(isOpen);
        },
      },
      ...{ stopping: stopping.signal, timing: TIMING },
      onFault: (error) => faults.push(error),
    });
  });
  afterEach(() => {
    for (const stream of streams) stream.closed();
  });

  async function followed(lastEventId?: string, of = session()): Promise<Client> {
    const client = new Client();
    const stream = await events.watch({ tenantId: 't', runId: 'r', session: of, lastEventId });
    streams.push(stream);
    client.follow(stream);
    return client;
  }

  it('come as the run goes on, to all who follow it, with one look for all of them; the last ends the stream', async () => {
    const clients = await Promise.all([followed(), followed(), followed(undefined, session('other'))]);
    const begun = looks;
    await expect.poll(() => looks).toBeGreaterThan(begun + 4);
    expect(clients.map(({ news }) => news)).toEqual(Array.from({ length: 3 }, () => ['progress']));
    // Three clients would have come to three times as many.
    const before = looks;
    const ticks = await ticksWithin(100);
    expect(looks - before).toBeLessThanOrEqual(ticks + 1);
    run = running(4);
    await expect.poll(() => clients.every(({ news }) => news.length === 2)).toBe(true);
    expect(clients[0].text).toContain('"sentence":"4 lines applied, 0 skipped, 0 failed, 6 left."');
    expect(clients[0].text).toContain('"said":"The run is running: 40 % done."');
    run = { ...running(10), state: 'finished' };
    await expect.poll(() => clients.every(({ ended }) => ended)).toBe(true);
    expect(clients.map(({ news }) => news.at(-1))).toEqual(['end', 'end', 'end']);
    const last = looks;
    await sleep(50);
    expect(looks).toBe(last);
  });

  /** How often a timer of the same length went off meanwhile, on a machine with much else to do. */
  async function ticksWithin(milliseconds: number): Promise<number> {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), TIMING.lookMs);
    await sleep(milliseconds);
    clearInterval(timer);
    return ticks;
  }

  it('say that they are alive while nothing happens, and at once to who has seen all', async () => {
    const id = /^id: (.+)$/mu.exec((await followed()).text)?.[1];
    const back = await followed(id);
    expect(back.names).toEqual(['beat']);
    await expect.poll(() => back.names).toEqual(['beat', 'beat']);
    run = running(1);
    await expect.poll(() => back.news).toEqual(['progress']);
    expect((await followed('something else')).news).toEqual(['progress']);
  });

  it('leave out what comes while a client does not read, and then tell the latest', async () => {
    const client = await followed();
    client.reads = false;
    const before = client.text;
    for (const applied of [1, 2, 3]) {
      run = running(applied);
      const seen = looks;
      await expect.poll(() => looks).toBeGreaterThan(seen + 2);
    }
    expect(client.text).toBe(before);
    client.reads = true;
    await expect.poll(() => client.news).toEqual(['progress', 'progress']);
    expect(client.text).toContain('"done":3');
  });

  it('say that the database is away, fails or hangs, and go on when it is back; the fault is told once', async () => {
    const client = await followed();
    look = () => Promise.reject(new Error('away'));
    await expect.poll(() => client.news).toEqual(['progress', 'away']);
    const seen = looks;
    await expect.poll(() => looks).toBeGreaterThan(seen + 3);
    expect([client.news.length, faults.length]).toEqual([2, 1]);
    await expect.poll(() => client.names.includes('beat')).toBe(true);
    look = () => Promise.resolve(run);
    await expect.poll(() => client.news).toEqual(['progress', 'away', 'progress']);
    let answer = (): void => undefined;
    look = () =>
      new Promise(
        (resolve) =>
          (answer = () => {
            resolve(run);
          }),
      );
    await expect.poll(() => client.news.at(-1)).toBe('away');
    const hanging = looks;
    await sleep(50);
    expect(looks).toBe(hanging);
    look = () => Promise.resolve(run);
    answer();
    await expect.poll(() => client.news.at(-1)).toBe('progress');
  });

  it('end with the session, which is read once for all of its streams', async () => {
    const clients = await Promise.all([followed(), followed()]);
    await expect.poll(() => sessionsRead.length).toBeGreaterThan(2);
    expect(looks).toBeGreaterThanOrEqual(sessionsRead.length);
    isOpen = false;
    await expect.poll(() => clients.every(({ ended }) => ended)).toBe(true);
    expect(clients[0].text).toContain('You have been signed out.');
  });

  it('end when the run is gone, and when the server stops', async () => {
    const [one] = [await followed()];
    look = () => Promise.reject(notFound('no'));
    await expect.poll(() => one.ended).toBe(true);
    look = () => Promise.resolve(run);
    const two = await followed();
    stopping.abort();
    expect(two.ended).toBe(true);
    expect((await followed()).ended).toBe(true);
  });

  it('are for so many at a time, of a session and in all', async () => {
    for (let count = 0; count < MOST_STREAMS_OF_SESSION; count += 1) await followed();
    await expect(followed()).rejects.toMatchObject({ status: 503 });
    streams[0]?.closed();
    streams[0]?.closed();
    await followed();
    await expect(followed()).rejects.toMatchObject({ status: 503 });
    for (let count = MOST_STREAMS_OF_SESSION; count < MOST_STREAMS; count += 1)
      await followed(undefined, session(`${count}`));
    await expect(followed(undefined, session('one more'))).rejects.toMatchObject({ status: 503 });
  });
});
