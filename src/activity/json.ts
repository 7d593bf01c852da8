import type { ActivityEntry } from '../model/activity/entry.js';

/** An entry as the admin API and the command line show it. A type alias, since an interface does not count as a JSON object. */
export type ActivityJson = {
  entryId: string;
  at: string;
  operation: string;
  subject: string | null;
  outcome: string;
  status: number;
  scimType: string | null;
  detail: string | null;
  rules: string[];
  changed: string[];
  ignored: string[];
  resourceType: string | null;
  resourceId: string | null;
  requestId: string;
  tokenId: string | null;
  reason: string | null;
  source: string;
  network: string | null;
  durationMs: number;
  count: number;
};

/** An entry as JSON. */
export function activityJson(entry: ActivityEntry): ActivityJson {
  return {
    entryId: entry.id,
    at: entry.at,
    operation: entry.operation,
    subject: entry.subject ?? null,
    outcome: entry.outcome,
    status: entry.status,
    scimType: entry.scimType ?? null,
    detail: entry.detail ?? null,
    rules: [...entry.rules],
    changed: [...entry.changed],
    ignored: [...entry.ignored],
    resourceType: entry.resourceType ?? null,
    resourceId: entry.resourceId ?? null,
    requestId: entry.requestId,
    tokenId: entry.tokenId ?? null,
    reason: entry.reason ?? null,
    source: entry.source,
    network: entry.network ?? null,
    durationMs: entry.durationUs / 1_000,
    count: entry.count,
  };
}
