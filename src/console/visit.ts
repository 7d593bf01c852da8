import type { AdminTokens } from '../access/admin-tokens.js';
import type { SchemaRegistry } from '../provisioning/schemas/registry.js';
import type { Role } from '../model/access/role.js';
import type { Storage } from '../storage/storage.js';
import type { Synchronization } from '../sync/synchronization.js';
import type { Tenancy } from '../tenants/tenants.js';
import type { EventStream } from './live/event-stream.js';
import type { RunEvents } from './live/run-events.js';
import type { Page } from './layout/page.js';
import type { ConsolePath } from './layout/path.js';
import type { OpenIdSignIn } from './openid/sign-in-with-entra.js';
import type { OpenSession, Sessions } from './session/sessions.js';

/** What the pages stand on: the use cases that the admin API has too. */
export interface ConsoleParts {
  readonly storage: Storage;
  readonly tenancy: Tenancy;
  readonly schemas: SchemaRegistry;
  readonly synchronization: Synchronization;
  readonly now: () => Date;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The operator's secret; where it is unset, nobody can sign in with it. */
  readonly adminToken: string | undefined;
  readonly adminTokens: AdminTokens;
  /** The sign-in with Entra; undefined where people sign in with admin tokens alone. */
  readonly openId: OpenIdSignIn | undefined;
  /** The origin under which people reach the server. */
  readonly publicUrl: string;
  /** What the page about the server's health says of its settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Bounds how often an address may fail to sign in. */
  readonly attempts: {
    /** 0, or the milliseconds to wait where too many failed. */
    readonly wait: (address: string) => number;
    readonly failed: (address: string) => void;
  };
  /** Told of errors that are no answer to what was sent. */
  readonly onFault: (error: unknown, requestId: string) => void;
  /** Ends what goes on until something ends it: the server is about to stop. */
  readonly stopping: AbortSignal;
}

/** A request that a page answers. */
export interface Visit {
  readonly parts: ConsoleParts;
  readonly sessions: Sessions;
  readonly session: OpenSession;
  /** A part of the address, such as `tenant`. */
  readonly param: (name: string) => string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly runEvents: RunEvents;
  /** The last event that the browser has seen, where it comes back to a stream. */
  readonly lastEventId: string | undefined;
}

/** A file that a browser saves. */
export interface SavedFile {
  /** Of letters, digits, `-` and `.` alone. */
  readonly name: string;
  readonly type: string;
  /** Made as fast as the browser takes them; where one fails, the connection is cut. */
  readonly pieces: AsyncIterable<string>;
}

/** What a page answers: itself, a file, or the address to continue at after a change. */
export type Answer =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'file'; readonly file: SavedFile }
  | { readonly kind: 'events'; readonly stream: EventStream }
  | { readonly kind: 'seeOther'; readonly to: ConsolePath };

/** A page of the console, or what a form of it does. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Such as `/tenants/:tenant/people`. */
  readonly path: string;
  readonly role: Role;
  /** Whether it gives out secrets or deletes, which a session may only do that was signed in lately. */
  readonly fresh?: true;
  /** Whether it is no page but a file that a browser saves. */
  readonly saved?: true;
  /** Whether it is no page but what a page's script listens to. */
  readonly live?: true;
  readonly answer: (visit: Visit) => Promise<Answer>;
}

/** An answer that shows a page. */
export const show = (page: Page): Answer => ({ kind: 'page', page });

/** A page that every role may see. */
export const viewed = (path: string, page: (visit: Visit) => Promise<Page>): Route => ({
  ...{ method: 'GET', path, role: 'viewer' },
  answer: async (visit) => show(await page(visit)),
});

/** A file that every role may save. */
export const saved = (path: string, file: (visit: Visit) => Promise<SavedFile>): Route => ({
  ...{ method: 'GET', path, role: 'viewer', saved: true },
  answer: async (visit) => ({ kind: 'file', file: await file(visit) }),
});

/** An answer that leads to another page, after a change. */
export const goTo = (to: ConsolePath): Answer => ({ kind: 'seeOther', to });
