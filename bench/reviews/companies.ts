import { openServices } from '../../src/compose.js';
import { readConfig } from '../../src/config.js';
import type { SyncContent } from '../../src/model/mirror.js';
import type { StagedItem } from '../../src/model/resource.js';
import { USER } from '../../src/protocol/schemas/resource-types.js';
import { seedSynchronization } from '../../src/storage/testing/seed-synchronization.fixture.js';
import { compileMapping } from '../../src/sync/plan/attribute-mapping.js';
import { desiredAccount, desiredGroup } from '../../src/sync/plan/desired.js';
import { DEFAULT_POLICY } from '../../src/sync/policy.js';
import { runCommand } from './command.js';

/** A company whose plan is measured. */
export interface Company {
  readonly what: string;
  /** Stages so many users of a tenant, and puts what the backend has of them into the mirror. */
  stage(databaseUrl: string, tenantId: string, users: number): Promise<void>;
  /** What the backend is told to be, besides the address of a receiver. */
  readonly backend: 'file' | 'http';
}

/** Nobody has been passed on yet: all are created, and join teams. */
const created: Company = {
  what: 'all are created, with 10,000 memberships',
  backend: 'file',
  stage: async (databaseUrl, tenantId, users) => {
    const teams = ['--groups', '100', '--members', String(Math.min(100, users))];
    const seed = ['seed', '--tenant', tenantId, '--users', String(users), ...teams];
    await runCommand(seed, { DATABASE_URL: databaseUrl });
  },
};

/** The backend has all of them otherwise: half in one change, the others each in its own, some by what is dangerous. */
const changed: Company = {
  what: 'all are changed',
  backend: 'http',
  stage: (databaseUrl, tenantId, users) => {
    const mapping = compileMapping(DEFAULT_POLICY.attributes, USER);
    let place = 0;
    const contentOf = (staged: StagedItem, type: 'User' | 'Group'): SyncContent => {
      const { content } =
        type === 'User'
          ? desiredAccount({ ...staged, active: true }, undefined, { policy: DEFAULT_POLICY, mapping, now: '' })
          : desiredGroup(staged);
      if (content === undefined) throw new Error('a staged resource that the backend is to have nothing of');
      return type === 'Group' ? content : otherwise(content, (place += 1));
    };
    return seedSynchronization(databaseUrl, tenantId, { users, groups: 100, members: 100, mirrored: true, contentOf });
  },
};

/** Every tenth user is disabled, and active in the backend. */
function otherwise(content: SyncContent, place: number): SyncContent {
  if (place % 10 === 0) return content;
  if (place % 10 === 1) return { ...content, name: `before.${content.name}` };
  if (place % 2 === 0) return { ...content, attributes: { ...content.attributes, department: 'Sales' } };
  return { ...content, attributes: { ...content.attributes, displayName: `Before ${place}` } };
}

export const COMPANIES: readonly Company[] = [created, changed];

/** Makes a tenant and stages a company for it. @returns the tenant's id */
export async function stageCompany(databaseUrl: string, company: Company, users: number): Promise<string> {
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl }), { create: true });
  const { tenant } = await services.tenancy.createTenant(`bench ${company.what}`);
  await company.stage(databaseUrl, tenant.id, users);
  // What the mirror has of an older policy is compared anew.
  await services.synchronization.setPolicy(tenant.id, { deleteGraceDays: 31 }, 'bench');
  await services.close();
  return tenant.id;
}
