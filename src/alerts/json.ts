import type { AlertKind } from '../model/alert/alert.js';
import type { NamedAlert } from '../storage/alerts/alert-store.js';

// Type aliases, since an interface does not count as a JSON object.

/** An alert as the admin API and the command line show it. */
export type AlertJson = {
  alertId: string;
  tenantId: string;
  tenantName: string;
  kind: AlertKind;
  sentence: string;
  since: string;
  opened: string;
  daysLeft: 3 | 14 | 30 | null;
  subjectId: string | null;
  toldAt: string | null;
  failure: string | null;
};

/** An alert as JSON. */
export const alertJson = (alert: NamedAlert): AlertJson => ({
  ...{ alertId: alert.id, tenantId: alert.tenantId, tenantName: alert.tenantName },
  ...{ kind: alert.kind, sentence: alert.sentence, since: alert.since, opened: alert.opened },
  daysLeft: daysLeftOf(alert),
  subjectId: alert.subject === '' ? null : alert.subject,
  toldAt: alert.toldAt ?? null,
  failure: alert.failure ?? null,
});

/** How many days a token has left at most, as it was told last; null for other alerts. */
export const daysLeftOf = ({ stage }: Pick<NamedAlert, 'stage'>): AlertJson['daysLeft'] =>
  ([3, 14, 30] as const).find((days) => String(days) === stage) ?? null;
