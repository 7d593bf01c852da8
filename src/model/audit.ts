import type { JsonObject } from '../protocol/json.js';

/** An entry of the audit trail. Nothing in it is ever changed. */
export interface AuditEntry {
  /** UUIDv7: the order of the ids is the order in time. */
  readonly id: string;
  readonly at: string;
  readonly by: string;
  /** Such as `plan.made`, `hold.put`, `line.confirmed`, `run.started`, `line.applied`; sync/audit-actions.ts has them all. */
  readonly action: string;
  readonly planId?: string;
  readonly runId?: string;
  readonly resourceId?: string;
  readonly detail: JsonObject;
}
