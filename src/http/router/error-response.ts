import { ScimError } from '../../protocol/scim-error.js';
import type { Reply } from './send-reply.js';

/** What our own faults are answered with; the cause is in the log, under the request's id. */
export const INTERNAL_ERROR = new ScimError(
  500,
  'The server failed at this request. Send it again; if it goes on, tell FlexWhere the id in the header X-Request-Id.',
);

/** Renders an error: the one place that turns a thrown value into an answer (RFC 7644 §3.12). */
export function errorReply(error: unknown): Reply {
  const scimError = asScimError(error);
  return { status: scimError.status, headers: scimError.headers, body: scimError.toJSON() };
}

/** The ScimError that a thrown value stands for; anything that is not a client's mistake is a 500 with a fixed text. */
export function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  return INTERNAL_ERROR;
}
