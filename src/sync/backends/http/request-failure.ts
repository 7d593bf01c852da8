/**
 * What a failed request means for what it carried:
 * `later`: sending it again may help; `refused`: the backend does not take this body; `unusable`: an administrator has to
 * look, nothing that we send would help.
 */
export type FailureKind = 'later' | 'refused' | 'unusable';

/** One request that came to nothing. The message is for an administrator and has no secret. */
export class RequestFailure extends Error {
  readonly kind: FailureKind;
  /** Whether the backend was there and asks for a slower pace. */
  readonly slowDown: boolean;
  /** Whether the backend answered, and the answer cannot be read: it may have done what it was asked to. */
  readonly unread: boolean;
  /** Milliseconds that the backend asks us to wait; 0 if it does not say. */
  readonly retryAfter: number;

  constructor(
    kind: FailureKind,
    message: string,
    options: { slowDown?: boolean; unread?: boolean; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RequestFailure';
    this.kind = kind;
    this.slowDown = options.slowDown ?? false;
    this.unread = options.unread ?? false;
    this.retryAfter = options.retryAfter ?? 0;
  }
}

/** What a backend can ask for at most, in milliseconds: a mistake on its side is not to stop us for days. */
const LONGEST = 300_000;

const SECONDS = /^\d{1,10}$/u;
/** The date as RFC 9110, section 5.6.7, has it; other forms are obsolete. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u;

/**
 * Milliseconds that a `Retry-After` (RFC 9110, section 10.2.3) asks for, as seconds or as a date; 5 minutes at most,
 * 0 if there is none or it cannot be read.
 */
export function retryAfterOf(header: string | null, now: Date): number {
  const text = header?.trim() ?? '';
  if (SECONDS.test(text)) return Math.min(Number(text) * 1_000, LONGEST);
  if (!HTTP_DATE.test(text)) return 0;
  const until = Date.parse(text) - now.getTime();
  return Number.isNaN(until) ? 0 : Math.min(Math.max(until, 0), LONGEST);
}
