import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../model/access/role.js';
import type { ConsoleSession, SessionEnds, SessionStore } from '../../storage/console-store.js';

const MINUTE = 60_000;

/** Milliseconds after which a session ends that nobody used. */
const IDLE = 30 * MINUTE;

/** Milliseconds after which every session ends. */
const LONGEST = 8 * 60 * MINUTE;

/** Milliseconds after signing in during which secrets are given out and companies deleted. */
const FRESH = 10 * MINUTE;

/** How many sessions are listed. */
const MOST_LISTED = 200;

/** A session as the request that belongs to it has it. */
export interface OpenSession extends ConsoleSession {
  /** Goes into each form, so that no other site can send one. */
  readonly formToken: string;
  /** Whether the person signed in so lately that secrets may be given out. */
  readonly fresh: boolean;
}

/** Who signs in, and by what. */
export interface SignedIn {
  readonly name: string;
  readonly role: Role;
  /** The id of an admin token; undefined for the ADMIN_TOKEN, and for whoever signs in with Entra. */
  readonly tokenId?: string | undefined;
  /** See `ConsoleSession`. */
  readonly subject?: string | undefined;
  readonly authenticated?: string | undefined;
}

/** Who signs people in besides admin tokens, as it is set. */
export interface Voucher {
  readonly issuer: string;
  readonly clientId: string;
  /** Whether nobody signs in with an admin token. */
  readonly only: boolean;
}

/** The sessions of the console. */
export interface Sessions {
  /** Signs a person in. @returns the secret for the cookie */
  open(who: SignedIn): Promise<string>;
  /** The session of a cookie, if it has not ended; notes its use, once a minute. */
  find(secret: string | undefined): Promise<OpenSession | undefined>;
  /** Whether a session has not ended meanwhile; its use is not noted. */
  isOpen(session: ConsoleSession): Promise<boolean>;
  /** Ends a session by its hash; false if there is none. */
  end(hash: string): Promise<boolean>;
  list(): Promise<readonly ConsoleSession[]>;
}

/** Makes the sessions over their store, a clock and a source of randomness. */
export function createSessions({
  store,
  now,
  randomBytes,
  adminToken,
  openId,
}: {
  readonly store: SessionStore;
  readonly now: () => Date;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Sessions that were signed in with another one have ended. */
  readonly adminToken?: string | undefined;
  /** Sessions of people whom another application of Entra signed in have ended, and, where there is none, of all such people. */
  readonly openId?: Voucher | undefined;
}): Sessions {
  const isVouchedFor = ({ subject, proof }: ConsoleSession, secret: string): boolean =>
    subject === undefined
      ? openId?.only !== true && (proof === undefined || proof === proofOf(secret, adminToken))
      : openId !== undefined && proof === proofOf(secret, applicationOf(openId));
  const hasEnded = (session: ConsoleSession): boolean => {
    const ended = ends();
    return session.signedIn <= ended.signedIn || session.lastSeen <= ended.lastSeen;
  };
  const ends = (): SessionEnds => ({ signedIn: before(now(), LONGEST), lastSeen: before(now(), IDLE) });
  return {
    open: async ({ name, role, tokenId, subject, authenticated }) => {
      const secret = Buffer.from(randomBytes(32)).toString('base64url');
      const at = now().toISOString();
      const known = subject === undefined || openId === undefined ? adminToken : applicationOf(openId);
      const proof = tokenId === undefined ? proofOf(secret, known) : undefined;
      const by = { tokenId, proof, subject, authenticated };
      await store.insert({ hash: digest(secret), name, role, signedIn: at, lastSeen: at, ...by }, ends());
      return secret;
    },
    find: async (secret) => {
      if (secret === undefined || !/^[\w-]{43}$/u.test(secret)) return undefined;
      const session = await store.find(digest(secret), now().toISOString());
      if (session === undefined || !isVouchedFor(session, secret) || hasEnded(session)) return undefined;
      if (session.lastSeen <= before(now(), MINUTE)) await store.touch(session.hash, now().toISOString());
      return { ...session, formToken: formTokenOf(secret), fresh: isFresh(provenAt(session), now()) };
    },
    isOpen: async ({ hash }) => {
      const session = await store.find(hash, now().toISOString());
      return session !== undefined && !hasEnded(session);
    },
    end: (hash) => store.remove(hash),
    list: () => store.latest(ends(), now().toISOString(), MOST_LISTED),
  };
}

/** Whoever has an admin token shows it to sign in; Entra signs people in whom it asked long ago. */
const provenAt = ({ subject, signedIn, authenticated }: ConsoleSession): string | undefined =>
  subject === undefined ? signedIn : authenticated;

/** Whether somebody proved so lately who they are that secrets may be given out. @param at undefined where nobody knows when */
export const isFresh = (at: string | undefined, now: Date): boolean => at !== undefined && at > before(now, FRESH);

const before = (now: Date, milliseconds: number): string => new Date(now.getTime() - milliseconds).toISOString();

/** SHA-256 of a text, in hexadecimal. */
export const digest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Without the secret of the cookie, which is not stored, nobody can try out what the ADMIN_TOKEN might be. */
const proofOf = (secret: string, known = ''): string => digest(`proof ${secret} ${known}`);

/** What the sessions of an application's people stand on. */
const applicationOf = ({ issuer, clientId }: Voucher): string => `${issuer} ${clientId}`;

/** Who has the token does not have the secret of the cookie. */
const formTokenOf = (secret: string): string => digest(`form ${secret}`);

/** Whether two texts are the same, in a time that does not tell where they differ. */
export const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(digest(one)), Buffer.from(digest(other)));
