import { parseDateTime } from '../protocol/date-time.js';
import { invalidValue } from '../protocol/scim-error.js';

/**
 * When a token is to end, as it is stored: fixed-width UTC. A date alone is its first moment.
 * @throws ScimError 400 `invalidValue` when the text is no such time, or the time is not to come.
 */
export function expiryOf(text: string, now: Date): string {
  const expiresAt = parseDateTime(text) ?? parseDateTime(`${text}T00:00:00Z`);
  if (expiresAt === undefined) {
    throw invalidValue('The expiry cannot be read; write it as 2030-12-31T23:59:59Z or 2030-12-31, in UTC.');
  }
  if (expiresAt <= now.toISOString()) throw invalidValue(`The expiry ${expiresAt} has passed; name a time to come.`);
  return expiresAt;
}
