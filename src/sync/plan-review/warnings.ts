import type { AttributeChange, PlanLine, TrackedLine } from '../../model/line.js';
import type { ChangeType, Warning } from '../../model/reviewing/plan-review.js';
import { changesValues } from './signature.js';

/** What happened to the target of a line before its plan was made. */
export interface Past {
  /** The backend refused it in the latest run. */
  readonly failed: boolean;
  /** A run was undone for it, and now it comes again. */
  readonly undone: boolean;
}

/** How a change treats the value that was there. */
export function changeType({ before, after }: AttributeChange): ChangeType {
  if (before === null) return 'set';
  return after === null ? 'blanked' : 'changed';
}

/** What a person is to look at of a line by itself; that a group loses many of its members is only seen in all lines. */
export function* warningsOf(line: PlanLine & Pick<TrackedLine, 'confirmedBy'>, past: Past): Generator<Warning> {
  yield* accessWarnings(line);
  if (changesValues(line)) yield* valueWarnings(line);
  if (line.kind === 'conflict') yield 'conflict';
  if (line.needsConfirmation === true && line.confirmedBy === undefined) yield 'linkUnconfirmed';
  if (past.failed) yield 'failedBefore';
  if (past.undone && line.kind !== 'held' && line.kind !== 'conflict') yield 'undoneBefore';
}

function* accessWarnings({ subject, kind }: PlanLine): Generator<Warning> {
  if (kind === 'delete') yield subject === 'account' ? 'accountDeleted' : 'groupDeleted';
  if (kind === 'deactivate') yield 'accountDeactivated';
}

function* valueWarnings({ subject, changes }: PlanLine): Generator<Warning> {
  if (changes.some((change) => changeType(change) === 'blanked')) yield 'valueBlanked';
  if (subject === 'account' && changes.some(({ attribute }) => attribute === 'userName')) yield 'userNameChanged';
}
