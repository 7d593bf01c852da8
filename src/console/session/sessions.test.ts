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

describe('a session of a person whom Entra signed in', () => {
  const openId = { issuer: 'https://entra.example/t/v2.0', clientId: 'c', only: false };
  const made = (given: { openId?: typeof openId; adminToken?: string }): Sessions =>
    createSessions({ store: test.storage.console.sessions, now: () => new Date(now), randomBytes, ...given });
  const ada = { name: 'Ada (t/o)', role: 'admin', subject: 't/o' } as const;

  it('ends where the application or the tenant is another, or there is none', async () => {
    const own = await made({ openId, adminToken: 'x' }).open(ada);
    expect(await made({ openId }).find(own)).toMatchObject({ subject: 't/o', fresh: false });
    expect(await made({ openId: { ...openId, only: true }, adminToken: 'y' }).find(own)).toBeDefined();
    expect(await made({ openId: { ...openId, clientId: 'd' } }).find(own)).toBeUndefined();
    expect(await made({ openId: { ...openId, issuer: 'https://other.example' } }).find(own)).toBeUndefined();
    expect(await made({ adminToken: 'x' }).find(own)).toBeUndefined();
    expect(await made({}).find(own)).toBeUndefined();
  });

  it('is fresh by when Entra asked who it is, not by when it was opened', async () => {
    const authenticated = new Date(now - 9 * MINUTE).toISOString();
    const own = await made({ openId }).open({ ...ada, authenticated });
    expect(await made({ openId }).find(own)).toMatchObject({ fresh: true, authenticated });
    now = BEGIN + MINUTE;
    expect(await made({ openId }).find(own)).toMatchObject({ fresh: false });
  });

  it('is all that there is where nobody signs in with a token', async () => {
    const only = { ...openId, only: true };
    const own = await made({ adminToken: 'x', openId }).open({ name: 'Ben', role: 'admin' });
    expect(await made({ adminToken: 'x', openId }).find(own)).toBeDefined();
    expect(await made({ adminToken: 'x', openId: only }).find(own)).toBeUndefined();
  });
});
