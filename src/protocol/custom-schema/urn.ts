import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP_SCHEMA } from '../schemas/group.js';
import { USER_SCHEMA } from '../schemas/user.js';
import { invalidValue } from '../scim-error.js';

/** The schemas that every tenant has. */
const BUILT_IN = [USER_SCHEMA, GROUP_SCHEMA, ENTERPRISE_USER_SCHEMA].map(({ id }) => id);

const RESERVED = 'urn:ietf:params:scim:';
/** Microsoft has administrators name custom extensions so: `urn:ietf:params:scim:schemas:extension:<Name>:2.0:User`. */
const OPEN = 'urn:ietf:params:scim:schemas:extension:';

/** With the longest names of attributes and their values it fits into a key of an index. */
const LONGEST = 200;
const NAMESPACE = /^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/i;
const SPECIFIC = /^[\w.~-]+$/;

/**
 * The URN of a schema that an administrator may register (RFC 7643 §10.2.1 keeps `urn:ietf:params:scim:` for the IETF).
 * It has letters, digits, `.`, `_`, `~` and `-` between its colons, so that it needs no escape in paths, filters and lists.
 * @throws ScimError 400 `invalidValue` that says what to change
 */
export function checkSchemaUrn(urn: string): string {
  const [scheme = '', namespace = '', ...specific] = urn.split(':');
  const isUrn = scheme.toLowerCase() === 'urn' && NAMESPACE.test(namespace) && specific.length > 0;
  if (!isUrn || urn.length > LONGEST || !specific.every((part) => SPECIFIC.test(part))) {
    throw invalidValue(
      `The id of a schema must be a URN such as urn:ietf:params:scim:schemas:extension:Contoso:2.0:User: at most ${LONGEST} letters, digits and ".", "_", "~", "-" between colons.`,
    );
  }
  checkReserved(urn.toLowerCase());
  return urn;
}

function checkReserved(urn: string): void {
  if (BUILT_IN.some((known) => known.toLowerCase() === urn)) {
    throw invalidValue(`${urn} is a schema that every tenant has; choose another URN.`);
  }
  if (urn.startsWith(RESERVED) && !(urn.startsWith(OPEN) && urn.length > OPEN.length)) {
    throw invalidValue(`URNs that begin with ${RESERVED} are reserved; choose one that begins with ${OPEN}.`);
  }
}

/**
 * Keeps apart a schema's attributes and other schemas: a URN must not begin with another one and a colon.
 * @throws ScimError 400 `invalidValue`
 */
export function checkApart(urn: string, others: readonly string[]): void {
  const within = (inner: string, outer: string): boolean => inner.toLowerCase().startsWith(`${outer.toLowerCase()}:`);
  const near = [...BUILT_IN, ...others].find((other) => within(urn, other) || within(other, urn));
  if (near !== undefined) {
    throw invalidValue(`${urn} and the schema ${near} cannot be told apart in attribute paths; choose another URN.`);
  }
}
