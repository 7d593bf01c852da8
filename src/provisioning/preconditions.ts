import { preconditionFailed } from '../protocol/scim-error.js';
import { ifMatch, ifNoneMatch, weakTag } from '../protocol/version.js';
import type { Preconditions } from './scope.js';

/**
 * Holds a write to the version that the request names (RFC 7644 §3.14, RFC 9110 §13.1).
 * @throws ScimError 412 when the resource has another version.
 */
export function checkPreconditions(preconditions: Preconditions, version: number): void {
  if (preconditions.ifMatch !== undefined && !ifMatch(preconditions.ifMatch, version)) {
    throw preconditionFailed(
      `The resource's version is ${weakTag(version)}, which If-Match does not name. Read the resource again, then repeat the change.`,
    );
  }
  if (preconditions.ifNoneMatch !== undefined && !ifNoneMatch(preconditions.ifNoneMatch, weakTag(version))) {
    throw preconditionFailed(`The resource exists in the version that If-None-Match names, ${weakTag(version)}.`);
  }
}
