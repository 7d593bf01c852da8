import type { SyncConflict } from '../../../generated/admin.js';
import type { HoldTarget } from '../../model/hold.js';
import { isId } from '../../model/id.js';
import type { GroupPosition } from '../../model/reviewing/plan-review.js';
import { conflict, ERROR_SCHEMA, ScimError, invalidValue, notFound } from '../../protocol/scim-error.js';
import { BackendUnavailable } from '../../sync/backend.js';
import { SUBJECTS } from '../../sync/line-selection.js';
import { PlanShrunk } from '../../sync/retention/shrunk.js';
import { AnotherBackend, ConfirmationNeeded, RunActive, SecondPersonNeeded } from '../../sync/synchronization.js';

/** The machine-readable reason of a 409, as openapi/admin.yaml lists them. */
export type ConflictType = SyncConflict['type'];

/** A 409 with its reason. */
export interface ConflictReply {
  readonly status: 409;
  readonly body: SyncConflict & Readonly<Record<string, string | number | string[]>>;
}

/** Seconds after which a client should try again when the backend is down. */
const RETRY_AFTER = '30';

/**
 * Does a piece of work, or answers 409 with the reason of the conflict.
 * @param type the reason of a conflict that does not state its own
 * @throws ScimError 503 if the backend is unavailable
 */
export async function orConflict<Answer>(
  type: ConflictType | 'noListing' | (() => Promise<ConflictType>),
  work: () => Promise<Answer>,
): Promise<Answer | ConflictReply> {
  try {
    return await orUnavailable(work);
  } catch (error) {
    if (error instanceof ConfirmationNeeded) {
      const reason = error instanceof SecondPersonNeeded ? { reason: 'secondPerson' as const } : {};
      return conflictReply('confirmationNeeded', error.message, { affected: error.affected, ...reason });
    }
    if (error instanceof AnotherBackend) return conflictReply('planStale', error.message, { reason: 'anotherBackend' });
    if (error instanceof PlanShrunk) return conflictReply('planNotOpen', error.message);
    if (error instanceof RunActive) return conflictReply('runActive', error.message, { runId: error.runId });
    if (!(error instanceof ScimError) || error.status !== conflict('').status) throw error;
    if (type === 'noListing') return conflictReply('planStale', error.message, { reason: type });
    return conflictReply(typeof type === 'string' ? type : await type(), error.message);
  }
}

/** @throws ScimError 503 if the backend is unavailable; any other error unchanged */
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
  more: {
    readonly affected?: number;
    readonly runId?: string;
    readonly reason?: NonNullable<SyncConflict['reason']>;
  } = {},
): ConflictReply => ({ status: 409, body: { schemas: [ERROR_SCHEMA], status: '409', type, detail, ...more } });

/** The page size if `limit` is absent, as openapi/admin.yaml documents it. */
export const DEFAULT_LIMIT = 100;

const notGivenOut = (): Error => invalidValue('The parameter "after" must be the next of an earlier page.');

/**
 * Reads the cursor of a list in the order of ids.
 * @throws ScimError 400 `invalidValue` for a cursor that no page returned
 */
export function idCursor(after: string | undefined): string | undefined {
  if (after !== undefined && !isId(after)) throw notGivenOut();
  return after;
}

/** The cursor after a hold, as text. */
export const holdCursorText = ({ subject, resourceId, memberId }: HoldTarget): string =>
  [subject, resourceId, ...(memberId === undefined ? [] : [memberId])].join('.');

/**
 * Reads the cursor of the list of holds.
 * @throws ScimError 400 `invalidValue` for a cursor that no page returned
 */
export function holdCursor(after: string | undefined): HoldTarget | undefined {
  if (after === undefined) return undefined;
  const [word, resourceId = '', ...members] = after.split('.');
  const subject = SUBJECTS.find((one) => one === word);
  if (subject === undefined || members.length > 1 || ![resourceId, ...members].every(isId)) throw notGivenOut();
  const [memberId] = members;
  return { subject, resourceId, ...(memberId === undefined ? {} : { memberId }) };
}

/** The cursor after a group of lines, as text. */
export const groupCursorText = ({ lines, signature }: GroupPosition): string => `${lines}.${signature}`;

/** Reads the cursor of the list of groups of lines, whose form the document has checked. */
export function groupCursor(after: string | undefined): GroupPosition | undefined {
  if (after === undefined) return undefined;
  const [lines = '', signature = ''] = after.split('.');
  return { lines: Number(lines), signature };
}

/**
 * Reads the number of a line in a path.
 * @throws ScimError 404 if it is not a number
 */
export function lineNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw notFound('The plan has no such line. List its lines to find it.');
  return number;
}
