/** What the audit trail can say that was done; openapi/admin.yaml describes each. */
export const AUDIT_ACTIONS = [
  ...(['plan.made', 'plan.discarded', 'line.confirmed', 'hold.put', 'hold.released', 'policy.changed'] as const),
  ...(['run.started', 'run.paused', 'run.resumed', 'run.pauseAsked', 'run.cancelAsked'] as const),
  ...(['mirror.adopted', 'mirror.reset', 'plan.failed', 'plan.shrunk'] as const),
  ...(['run.finished', 'run.cancelled', 'line.applied', 'line.skipped', 'line.failed'] as const),
] as const;

/** An action in the audit trail. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];
