import type { Plan } from '../model/plan.js';
import type { Run } from '../model/run.js';
import type { Tenant } from '../model/tenant.js';
import { typesWith } from '../protocol/custom-schema/definition.js';
import { parseFilter } from '../protocol/filter/parse-filter.js';
import { USER } from '../protocol/schemas/resource-types.js';
import { notFound } from '../protocol/scim-error.js';
import type { Storage } from '../storage/storage.js';
import type { PlanRequest } from './plan/planning.js';
import { policyInForce } from './policy.js';
import { checkWhole } from './retention/shrunk.js';
import type { Entered } from './synchronization.js';

/** Finds the tenant, plan or run that a use case names, or throws ScimError 404. */
export class Lookup {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async tenant(tenantId: string): Promise<Tenant> {
    const tenant = await this.#storage.tenants.findTenant(tenantId);
    if (tenant === undefined) throw notFound('There is no tenant with that id.');
    return tenant;
  }

  /** @throws ScimError 404 also for a plan of another tenant */
  async plan(tenantId: string, planId: string): Promise<Plan> {
    await this.tenant(tenantId);
    const plan = await this.#storage.sync(tenantId).plans.find(planId);
    if (plan === undefined) throw notFound('There is no plan with that id.');
    return plan;
  }

  /** A plan whose lines are there. @throws ScimError 404 also for a plan of another tenant, 409 if it was shrunk */
  async wholePlan(tenantId: string, planId: string): Promise<Plan> {
    const plan = await this.plan(tenantId, planId);
    checkWhole(plan);
    return plan;
  }

  /** @throws ScimError 404 also for a run of another tenant */
  async run(tenantId: string, runId: string): Promise<Run> {
    await this.tenant(tenantId);
    const run = await this.#storage.sync(tenantId).runs.find(runId);
    if (run === undefined) throw notFound('There is no run with that id.');
    return run;
  }

  /** What a plan goes by: the policy in force, and users as the tenant knows them. */
  async request(tenantId: string, by: string, { sharedToken = false }: Entered = {}): Promise<PlanRequest> {
    const { schemas } = await this.tenant(tenantId);
    const inForce = policyInForce(await this.#storage.sync(tenantId).policy.find());
    return { tenantId, by, sharedToken, inForce, user: typesWith(schemas.all.map(({ active }) => active)).User };
  }

  /** The id of the staged user with that userName. */
  async findUser(tenantId: string, userName: string): Promise<string | undefined> {
    const filter = parseFilter(`userName eq ${JSON.stringify(userName)}`, USER);
    const { resources } = await this.#storage.directory(tenantId).list({ type: 'User', filter, offset: 0, limit: 1 });
    return resources[0]?.id;
  }
}
