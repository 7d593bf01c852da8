import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { sqliteStorage, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { createSessions, type Sessions } from './sessions.js';

const BEGIN = Date.parse('2026-06-01T08:00:00.000Z');
const MINUTE = 60_000;

let test: TestStorage;
let now = BEGIN;
let sessions: Sessions;
let secret: string;

beforeAll(async () => {
  test = await sqliteStorage.open();
  sessions = createSessions({ store: test.storage.console.sessions, now: () => new Date(now), randomBytes });
});
afterAll(() => test.close());
beforeEach(async () => {
  now = BEGIN;
  secret = await sessions.open({ name: 'Ada', role: 'viewer' });
});

describe('a session of the console', () => {
  it('is there for its secret alone, which is stored as a hash', async () => {
    const found = await sessions.find(secret);
    expect(found).toMatchObject({ name: 'Ada', role: 'viewer', fresh: true });
    expect(JSON.stringify(found)).not.toContain(secret);
    for (const other of [undefined, '', 'x', found?.hash, secret.slice(1), `${secret}x`, secret.toLowerCase()]) {
      expect(await sessions.find(other)).toBeUndefined();
    }
  });

  it('ends after 30 minutes without use', async () => {
    now = BEGIN + 29 * MINUTE;
    expect(await sessions.find(secret)).toBeDefined();
    now = BEGIN + 58 * MINUTE;
    expect(await sessions.find(secret)).toBeDefined();
    now = BEGIN + 88 * MINUTE;
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it('ends after eight hours, however much it is used', async () => {
    for (let minutes = 20; minutes < 480; minutes += 20) {
      now = BEGIN + minutes * MINUTE;
      expect(await sessions.find(secret)).toBeDefined();
    }
    now = BEGIN + 480 * MINUTE;
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it('gives out secrets for ten minutes', async () => {
    now = BEGIN + 9 * MINUTE;
    expect(await sessions.find(secret)).toMatchObject({ fresh: true });
    now = BEGIN + 10 * MINUTE;
    expect(await sessions.find(secret)).toMatchObject({ fresh: false });
  });

  it('has a form token of its own, which is not the secret', async () => {
    const [one, other] = [
      await sessions.find(secret),
      await sessions.find(await sessions.open({ name: 'Ada', role: 'viewer' })),
    ];
    expect(one?.formToken).not.toBe(other?.formToken);
    expect(one?.formToken).not.toContain(secret);
  });
});
