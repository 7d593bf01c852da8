import { createHash } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { returnPath, type ConsolePath } from '../layout/path.js';

/** Seconds that somebody may take to sign in at Entra. */
export const ATTEMPT_SECONDS = 600;

/** Characters of the address to return to; browsers keep no cookie of more than 4,096 bytes. */
const LONGEST_NEXT = 1_000;

/** A sign-in that was begun in a browser and is not finished. */
export interface Attempt {
  /** Comes back in the address (RFC 6749 §10.12). */
  readonly state: string;
  /** Comes back in the signed answer (OpenID Connect Core §3.1.2.1). */
  readonly nonce: string;
  /** Shows that whoever exchanges the code is who asked for it (RFC 7636). */
  readonly verifier: string;
  /** Whether the person has to prove anew who they are. */
  readonly again: boolean;
  /** Where to go afterward. */
  readonly next: ConsolePath;
}

/** Keeps attempts in the browsers that they belong to: nothing is stored here, so nobody can fill a store. */
export interface AttemptSeal {
  /** What the browser keeps: nobody without the client secret can read, make or change it. */
  close(attempt: Attempt): Promise<string>;
  /** The attempt; undefined for what was not made here, or is older than `ATTEMPT_SECONDS`. */
  open(sealed: string | undefined): Promise<Attempt | undefined>;
}

/** Makes the seal. All processes with the same settings open what one of them closed. */
export function createAttemptSeal(
  {
    issuer,
    clientId,
    clientSecret,
  }: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string },
  now: () => Date,
): AttemptSeal {
  const key = createHash('sha256').update(`sign-in ${issuer} ${clientId} ${clientSecret}`).digest();
  return {
    close: ({ next, ...attempt }) =>
      new EncryptJWT({ ...attempt, next: next.length > LONGEST_NEXT ? '' : next })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(now().getTime() + ATTEMPT_SECONDS * 1_000))
        .encrypt(key),
    open: async (sealed) => {
      if (sealed === undefined) return undefined;
      const options = { currentDate: now(), requiredClaims: ['exp'] };
      const opened = await jwtDecrypt<Attempt>(sealed, key, options).catch(() => undefined);
      return opened && { ...opened.payload, next: returnPath(opened.payload.next) };
    },
  };
}
