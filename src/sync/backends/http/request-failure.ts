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
  /** Milliseconds that the backend wants to be left alone; 0 where it does not say. */
  readonly retryAfter: number;

  constructor(
    kind: FailureKind,
    message: string,
    options: { slowDown?: boolean; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'RequestFailure';
    this.kind = kind;
    this.slowDown = options.slowDown ?? false;
    this.retryAfter = options.retryAfter ?? 0;
  }
}
