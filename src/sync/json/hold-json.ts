import type { Hold, Subject } from '../../storage/sync-model.js';

/** A hold as the admin API and the command line show it. */
export type HoldJson = {
  subject: Subject;
  resourceId: string;
  memberId: string | null;
  by: string;
  at: string;
  reason: string;
  endsWithVersion: number | null;
  undoneRun: string | null;
};

export function holdJson({ subject, resourceId, memberId, by, at, reason, ...rest }: Hold): HoldJson {
  return {
    subject,
    resourceId,
    memberId: memberId ?? null,
    by,
    at,
    reason,
    endsWithVersion: rest.untilVersionMoves ?? null,
    undoneRun: rest.undoneRun ?? null,
  };
}
