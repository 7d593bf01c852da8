import { invalidValue, notFound } from '../protocol/scim-error.js';
import type { HoldTarget } from '../storage/sync-model.js';
import { SUBJECTS } from '../sync/line-selection.js';
import { isId } from '../tenants/dependencies.js';

/** How many there are on a page where nobody says; openapi/admin.yaml says it too. */
export const DEFAULT_LIMIT = 100;

const notGivenOut = (): Error => invalidValue('The parameter after must be the next of an earlier page.');

/** Where a list in the order of ids goes on. @throws ScimError 400 `invalidValue` for what was not given out */
export function idCursor(after: string | undefined): string | undefined {
  if (after !== undefined && !isId(after)) throw notGivenOut();
  return after;
}

/** Where the list of holds goes on, as text. */
export const holdCursorText = ({ subject, resourceId, memberId }: HoldTarget): string =>
  [subject, resourceId, ...(memberId === undefined ? [] : [memberId])].join('.');

/** @throws ScimError 400 `invalidValue` for what was not given out */
export function holdCursor(after: string | undefined): HoldTarget | undefined {
  if (after === undefined) return undefined;
  const [word, resourceId = '', ...members] = after.split('.');
  const subject = SUBJECTS.find((one) => one === word);
  if (subject === undefined || members.length > 1 || ![resourceId, ...members].every(isId)) throw notGivenOut();
  const [memberId] = members;
  return { subject, resourceId, ...(memberId === undefined ? {} : { memberId }) };
}

/** The number of a line in an address. @throws ScimError 404 for what is no number */
export function lineNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw notFound('The plan has no such line. List its lines to find it.');
  return number;
}
