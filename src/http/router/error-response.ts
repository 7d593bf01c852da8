import { ScimError } from '../../protocol/scim-error.js';
import { detailTemplate } from './detail-template.js';
import type { RequestNotes } from './operation.js';
import type { Reply } from './send-reply.js';

/** The answer to internal errors; the cause is in the log, under the request's id. */
export const INTERNAL_ERROR = new ScimError(
  500,
  'The server failed to process this request. Send it again; if that fails too, send FlexWhere the id in the X-Request-Id header.',
);

/** Renders an error: the one place that turns a thrown value into an answer (RFC 7644 §3.12), and notes it for the log. */
export function errorReply(error: unknown, notes: RequestNotes | undefined): Reply {
  const scimError = asScimError(error);
  const { scimType, message, tokenFault } = scimError;
  if (notes) {
    notes.refusal = { scimType, detail: detailTemplate(message), tokenFault };
    notes.error = scimError;
  }
  return { status: scimError.status, headers: scimError.headers, body: scimError.toJSON() };
}

/** The ScimError for a thrown value; anything but a ScimError is an internal error, a 500 with a fixed text. */
export function asScimError(error: unknown): ScimError {
  if (error instanceof ScimError) return error;
  return INTERNAL_ERROR;
}
