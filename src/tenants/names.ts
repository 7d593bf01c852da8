import { invalidValue } from '../protocol/scim-error.js';
import { ADMIN_TOKEN_PREFIX, TOKEN_PREFIX } from './secret-token.js';

const MOST_CHARACTERS = 200;

/**
 * A tenant's name as it is stored: without white space around it, 1 to 200 characters.
 * @throws ScimError 400 `invalidValue` that says what to change.
 */
export function tenantName(text: string): string {
  const name = plainText('name', text);
  if (name === '') throw invalidValue('The name is empty; give the tenant a name of 1 to 200 characters.');
  return name;
}

/**
 * A token's label as it is stored: without white space around it, 200 characters at most; it may be empty.
 * @throws ScimError 400 `invalidValue` that says what to change.
 */
export function tokenLabel(text: string): string {
  return plainText('label', text);
}

/**
 * A tenant's external reference as it is stored: without white space around it, 200 characters at most; it may be empty.
 * @throws ScimError 400 `invalidValue` that says what to change.
 */
export function externalReference(text: string): string {
  return plainText('external reference', text);
}

/** Text that people type and terminals show. It never holds a token, which somebody might paste into the wrong field. */
function plainText(what: string, text: string): string {
  const trimmed = text.trim();
  if (Array.from(trimmed).length > MOST_CHARACTERS)
    throw invalidValue(`The ${what} is longer than 200 characters; shorten it.`);
  if (!trimmed.isWellFormed() || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(trimmed)) {
    throw invalidValue(`The ${what} holds control characters; leave them out.`);
  }
  if (trimmed.includes(TOKEN_PREFIX) || trimmed.includes(ADMIN_TOKEN_PREFIX))
    throw invalidValue(`The ${what} holds a secret token; leave it out.`);
  return trimmed;
}
