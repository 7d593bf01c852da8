import { v7 as newId } from 'uuid';
import type { NewActivity } from '../../model/activity/entry.js';
import type { TokenRecord } from '../../model/token.js';
import type { Storage } from '../../storage/storage.js';
import { addTenant, type StorageKind } from '../../storage/testing/storage.fixture.js';
import { watch, type WatchOutcome, type WatchParts } from '../watch.js';

const HOUR = 3_600_000;

/** Midnight of the first day; every time of these tests is an hour behind it. */
const START = Date.parse('2026-06-01T00:00:00.000Z');

/** The dateTime of an hour, which may have a fraction. */
export const atHour = (hour: number): string => new Date(START + hour * HOUR).toISOString();

/** Companies that call, and a clock that stands at an hour until it is set. */
export interface WatchedCompanies {
  readonly storage: Storage;
  readonly databaseUrl: string;
  readonly parts: WatchParts;
  readonly now: () => Date;
  /** The clock goes forward, a round being made every quarter of an hour, as by a server that is there. */
  until(hour: number): Promise<void>;
  /** The clock goes forward while no server is there. */
  awayUntil(hour: number): void;
  /** One round, where it is time for one. */
  round(): Promise<WatchOutcome | undefined>;
  /** Adds a company that has a token without an end. */
  company(id: string): Promise<void>;
  /** Notes that Entra called in these hours. */
  calls(id: string, hours: readonly number[], entry?: Partial<NewActivity>): Promise<void>;
  token(id: string, given: Partial<TokenRecord>): Promise<string>;
  /** The open alerts, as `company kind stage`, in order. */
  open(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Companies on an empty database; the clock stands at the first midnight. */
export async function watchedCompanies(kind: StorageKind): Promise<WatchedCompanies> {
  const { storage, databaseUrl, close } = await kind.open();
  let hour = 0;
  const now = (): Date => new Date(START + hour * HOUR);
  const parts = { storage, now, newId: () => newId(), refusalPercent: 20 };
  const round = (): Promise<WatchOutcome | undefined> =>
    watch(parts, { signal: new AbortController().signal, wait: () => Promise.resolve() });
  return {
    ...{ storage, databaseUrl, parts, now, round, close },
    until: async (end) => {
      while (hour < end) {
        hour = Math.min(end, hour + 0.25);
        await round();
      }
    },
    awayUntil: (end) => {
      hour = end;
    },
    company: async (id) => {
      await addTenant(storage, id, { lastModified: atHour(0) });
    },
    calls: async (id, hours, entry = {}) => {
      await storage.activity.append(hours.map((one) => ({ ...called(id, one), ...entry })));
    },
    token: async (tenantId, given) => {
      const token = { ...tokenOf(tenantId), ...given };
      await storage.tenants.insertToken(token, token.id);
      return token.id;
    },
    open: async () => {
      const alerts = await storage.alerts.list(undefined, 1_000);
      return alerts.map(({ tenantId, kind: of, stage }) => `${tenantId} ${of} ${stage}`).sort();
    },
  };
}

const called = (tenantId: string, hour: number): NewActivity => ({
  ...{ id: newId(), at: atHour(hour), tenantId, requestId: 'r', source: 'entra', operation: 'user.lookup' },
  ...{ status: 200, outcome: 'ok', durationUs: 1, count: 1, changed: [], ignored: [], rules: [] },
});

const tokenOf = (tenantId: string): TokenRecord => ({
  ...{ id: newId(), tenantId, label: 'Entra', created: atHour(0) },
  ...{ expiresAt: undefined, lastUsed: atHour(0), revokedAt: undefined },
});
