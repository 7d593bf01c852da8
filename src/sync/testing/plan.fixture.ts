import type { TrackedLine } from '../../model/line.js';
import type { MirrorItem, SyncContent } from '../../model/mirror.js';
import type { Guard, SyncPolicy } from '../../model/policy.js';
import type { StagedItem } from '../../model/resource.js';
import { DEFAULT_POLICY } from '../policy.js';

/** What the backend is told about a user, with what a test is about. */
export function content(name: string, given: Partial<SyncContent> = {}): SyncContent {
  return { name, active: true, attributes: {}, ...given };
}

/** A staged user. */
export function staged(id: string, given: { version?: number; active?: boolean; body?: object } = {}): StagedItem {
  const { version = 1, active = true, body = {} } = given;
  return { id, version, active, document: JSON.stringify({ schemas: [], userName: `${id}@example.com`, ...body }) };
}

/** What the mirror has of a user. */
export function mirrored(resourceId: string, given: Partial<MirrorItem> = {}): MirrorItem {
  return {
    resourceId,
    accountId: `account-${resourceId}`,
    stagedVersion: 1,
    policyRevision: 0,
    content: content(`${resourceId}@example.com`),
    missingSince: undefined,
    ...given,
  };
}

/** A line of a plan for an account that is created. */
export function trackedLine(given: Partial<TrackedLine>): TrackedLine {
  return {
    number: 1,
    subject: 'account',
    kind: 'create',
    resourceId: 'ann',
    name: 'ann@example.com',
    stagedVersion: 1,
    policyRevision: 0,
    changes: [],
    dependsOn: [],
    wave: 0,
    state: 'planned',
    ...given,
  };
}

/** A guard that lets every plan pass. */
export const NO_GUARD: Guard = {
  number: 1_000_000,
  share: 1,
  blankedValues: 1_000_000,
  blankedShare: 1,
  deletedGroups: 1_000_000,
  groupLossShare: 1,
};

/** The default policy with a guard that lets every plan pass. */
export const UNGUARDED: SyncPolicy = { ...DEFAULT_POLICY, guard: NO_GUARD };

/** The default policy without attributes: userName and active alone are passed on. */
export const BARE_POLICY = { ...DEFAULT_POLICY, attributes: {} };
