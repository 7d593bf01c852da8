import type { SyncReader, SyncWriter } from '../../sync-store.js';
import { KnexAuditReader, KnexAuditWriter } from './audit.js';
import { KnexConfirmedLinkReader, KnexConfirmedLinkWriter } from './confirmed-links.js';
import { KnexHoldReader, KnexHoldWriter } from './holds.js';
import { KnexLineReader, KnexLineWriter } from './lines.js';
import { KnexMirrorReader, KnexMirrorWriter } from './mirror.js';
import { KnexMirrorMembershipReader, KnexMirrorMembershipWriter } from './mirror-memberships.js';
import { KnexMirrorOwnerReader, KnexMirrorOwnerWriter } from './mirror-owner.js';
import { KnexReviewReader, KnexReviewWriter } from './reviewing/plan-reviews.js';
import { KnexPlanReader, KnexPlanWriter } from './plans.js';
import { KnexPolicyReader, KnexPolicyWriter } from './policy.js';
import { KnexRunReader, KnexRunWriter } from './runs.js';
import { KnexStagedReader } from './staged.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

/** Reads of what concerns one tenant's synchronization. */
export function syncReader(reads: TenantReads): SyncReader {
  return {
    staged: new KnexStagedReader(reads),
    mirror: new KnexMirrorReader(reads),
    mirrorMemberships: new KnexMirrorMembershipReader(reads),
    mirrorOwner: new KnexMirrorOwnerReader(reads),
    holds: new KnexHoldReader(reads),
    confirmedLinks: new KnexConfirmedLinkReader(reads),
    policy: new KnexPolicyReader(reads),
    plans: new KnexPlanReader(reads),
    lines: new KnexLineReader(reads),
    reviews: new KnexReviewReader(reads),
    runs: new KnexRunReader(reads),
    audit: new KnexAuditReader(reads),
  };
}

/** Reads and writes of what concerns one tenant's synchronization within one unit of work. */
export function syncWriter(tenant: TenantSession): SyncWriter {
  return {
    staged: new KnexStagedReader(tenant),
    mirror: new KnexMirrorWriter(tenant),
    mirrorMemberships: new KnexMirrorMembershipWriter(tenant),
    mirrorOwner: new KnexMirrorOwnerWriter(tenant),
    holds: new KnexHoldWriter(tenant),
    confirmedLinks: new KnexConfirmedLinkWriter(tenant),
    policy: new KnexPolicyWriter(tenant),
    plans: new KnexPlanWriter(tenant),
    lines: new KnexLineWriter(tenant),
    reviews: new KnexReviewWriter(tenant),
    runs: new KnexRunWriter(tenant),
    audit: new KnexAuditWriter(tenant),
  };
}
