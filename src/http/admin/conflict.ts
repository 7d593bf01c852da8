import type { SyncConflict } from '../../../generated/admin.js';
import { conflict, ERROR_SCHEMA, ScimError, invalidValue, notFound } from '../../protocol/scim-error.js';
import { BackendUnavailable } from '../../sync/backend.js';
import { ConfirmationNeeded, RunActive } from '../../sync/synchronisation.js';
import type { HoldTarget } from '../../model/hold.js';
import { SUBJECTS } from '../../sync/line-selection.js';
import { isId } from '../../tenants/dependencies.js';

/** What can be in the way, in a word for programs. */
export type ConflictType = SyncConflict['type'];

export interface ConflictReply {
  readonly status: 409;
  readonly body: SyncConflict & Readonly<Record<string, string | number | string[]>>;
}

/** After how many seconds a backend that is down is asked again. */
const RETRY_AFTER = '30';

/**
 * Does a piece of work, or answers 409 with what is in the way.
 * @param type what a conflict is that says nothing more of itself
 * @throws ScimError 503 where the backend cannot be asked
 */
export async function orConflict<Answer>(
  type: ConflictType | (() => Promise<ConflictType>),
  work: () => Promise<Answer>,
): Promise<Answer | ConflictReply> {
  try {
    return await orUnavailable(work);
  } catch (error) {
    if (error instanceof ConfirmationNeeded) {
      return conflictReply('confirmationNeeded', error.message, { affected: error.affected });
    }
    if (error instanceof RunActive) return conflictReply('runActive', error.message, { runId: error.runId });
    if (!(error instanceof ScimError) || error.status !== conflict('').status) throw error;
    return conflictReply(typeof type === 'string' ? type : await type(), error.message);
  }
}

/** @throws ScimError 503 where the backend cannot be asked */
async function orUnavailable<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    throw new ScimError(503, error.message, { headers: { 'Retry-After': RETRY_AFTER } });
  }
}

const conflictReply = (
  type: ConflictType,
  detail: string,
  more: { readonly affected?: number; readonly runId?: string } = {},
): ConflictReply => ({ status: 409, body: { schemas: [ERROR_SCHEMA], status: '409', type, detail, ...more } });

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
