import type { Alert, AlertKind, AlertStage } from '../../../model/alert/alert.js';

/** A row of `alerts`. */
export interface AlertRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly stage: string;
  readonly sentence: string;
  readonly since: string;
  readonly opened: string;
  readonly ended: string | null;
  readonly told: string | null;
  readonly told_at: string | null;
  readonly due: string | null;
  readonly attempts: number;
  readonly failure: string | null;
}

/** A row of `alerts` as an alert. */
export const toAlert = (row: AlertRow): Alert => ({
  ...{ tenantId: row.tenant_id, id: row.id, kind: row.kind as AlertKind, subject: row.subject },
  ...{ stage: row.stage as AlertStage, sentence: row.sentence, since: row.since, opened: row.opened },
  ...{ ended: row.ended ?? undefined, told: (row.told ?? undefined) as AlertStage | undefined },
  ...{ toldAt: row.told_at ?? undefined, due: row.due ?? undefined, attempts: row.attempts },
  failure: row.failure ?? undefined,
});

/** The worst kind first, in the order of ALERT_KINDS. */
export const WORST_FIRST = "case kind when 'silent' then 0 when 'refusals' then 1 else 2 end";
