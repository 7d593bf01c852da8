import type { Alert } from '../model/alert/alert.js';
import type { Plan } from '../model/plan.js';
import type { Role } from '../model/access/role.js';
import type { RunState } from '../model/run.js';

/** A session of the console. All times are dateTimes in fixed-width UTC. */
export interface ConsoleSession {
  /** SHA-256 of the secret in the cookie, in hexadecimal. */
  readonly hash: string;
  /** Who is signed in, as the audit trail names them. */
  readonly name: string;
  readonly role: Role;
  readonly signedIn: string;
  readonly lastSeen: string;
  /** The admin token by which they signed in; undefined for the ADMIN_TOKEN. */
  readonly tokenId?: string | undefined;
  /** What the secret in the cookie makes with the ADMIN_TOKEN, or with the settings of OpenID Connect, by which they signed in. */
  readonly proof?: string | undefined;
  /** `tid/oid` of a person whom Entra signed in; undefined for whoever signed in with an admin token. */
  readonly subject?: string | undefined;
  /** When Entra last asked that person who they are; undefined where it did not say. */
  readonly authenticated?: string | undefined;
}

/** The sessions of the console, known by the hashes of their secrets. */
export interface SessionStore {
  /** Stores a session, and erases those that ended before `endedBefore`: signed in or last seen too long ago. */
  insert(session: ConsoleSession, ended: SessionEnds): Promise<void>;
  /** The session, unless the admin token by which it was signed in has ended by now. */
  find(hash: string, now: string): Promise<ConsoleSession | undefined>;
  /** Notes when a session was last used. */
  touch(hash: string, at: string): Promise<void>;
  /** Ends a session; false if there is none. */
  remove(hash: string): Promise<boolean>;
  /** The sessions that have not ended by now, the latest first. */
  latest(ended: SessionEnds, now: string, limit: number): Promise<readonly ConsoleSession[]>;
}

/** A session has ended that was signed in, or last seen, at these times or earlier. */
export interface SessionEnds {
  readonly signedIn: string;
  readonly lastSeen: string;
}

/** What the list of companies shows of each. */
export interface CompanyOverview {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly created: string;
  readonly users: number;
  readonly groups: number;
  /** When a token of the company was last used, to the minute. */
  readonly lastHeard: string | undefined;
  /** How long the last of its valid tokens is valid: a dateTime, `always`, or undefined where no token is valid. */
  readonly tokensUntil: string | undefined;
  /** The worst of its open alerts. */
  readonly alert: Pick<Alert, 'kind' | 'stage' | 'sentence'> | undefined;
  /** The latest plan, whatever its state. */
  readonly plan: Pick<Plan, 'id' | 'state' | 'created' | 'counts'> | undefined;
  /** The latest run. */
  readonly run: { readonly id: string; readonly state: RunState; readonly started: string } | undefined;
}

/** What the console reads of all companies. */
export interface OverviewReader {
  /**
   * Companies in the order of their names, `limit` at most.
   * @param prefix what their names begin with, in any case; empty for all
   * @param now tokens that have expired by then do not count
   */
  companies(prefix: string, limit: number, now: string): Promise<readonly CompanyOverview[]>;
  /** Companies with open alerts: of each kind of alert the latest, `limit` at most. */
  withAlerts(limit: number, now: string): Promise<readonly CompanyOverview[]>;
  company(tenantId: string, now: string): Promise<CompanyOverview | undefined>;
}

/** A browser that has shown a secret token, and may look at who has arrived until a time. */
export interface CheckSession {
  /** SHA-256 of the secret in the cookie, in hexadecimal. */
  readonly hash: string;
  /** The hash of the secret token; see `findByHash` of the tenants. */
  readonly tokenHash: string;
  /** A dateTime in fixed-width UTC. */
  readonly ends: string;
}

/** Such browsers. */
export interface CheckSessionStore {
  /** Stores a session, and erases those that have ended by now. */
  insert(session: CheckSession, now: string): Promise<void>;
  find(hash: string): Promise<CheckSession | undefined>;
}

/** What only the console keeps and reads. */
export interface ConsoleStore {
  readonly sessions: SessionStore;
  readonly checks: CheckSessionStore;
  readonly overviews: OverviewReader;
}
