import { randomUUID } from 'node:crypto';
import type { CreatedTenant, Operator } from '../server/operator.js';
import type { Call } from './call.js';
import { as, newTenant, onTenant, sending } from './operator-call.js';
import type { Provocation, Walk } from './provocation.js';
import { SYNC_TAKING_FIELDS, syncUsual } from './sync-walk.js';

/** A way to provoke an answer. */
export type Row = Provocation<Operator>;

/** Operations on the activity log: lists, and those whose path names what they are about. */
export const ACTIVITY_LISTS = ['listAllActivity', 'listActivity'];
export const ACTIVITY_BY_PATH = ['exportActivity', 'exportActivityAsCsv', 'getActivitySettings', 'explainPerson'];

export const NAMING = ['createTenant', 'updateTenant'];
export const SETUP_TAKING_DAYS = ['makeSetupLink', 'renewSetupLink'];
export const SETUP_BY_PATH = ['getSetupLink', 'revokeSetupLink'];
export const TAKING_FIELDS = [
  ...NAMING,
  ...['issueToken', 'changeActivitySettings', 'createAdminToken', 'createOAuthClient', 'addOAuthCredential'],
  ...SETUP_TAKING_DAYS,
  ...SYNC_TAKING_FIELDS,
];
export const TAKING_A_BODY = [...TAKING_FIELDS, 'registerTenantSchema'];
export const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
export const MEGABYTE = 1_048_576;

/** A tenant whose provisioning client has been heard of, once the log has been written. */
async function onStaged(operator: Operator): Promise<Call> {
  const tenant = await newTenant(operator);
  await operator.stageMember(tenant, 'ada@contoso.example');
  await new Promise((resolve) => setTimeout(resolve, 400));
  return as(operator, { tenantId: tenant.tenantId });
}

/** A tenant with a schema of its own. */
async function onSchema(operator: Operator): Promise<Call> {
  const { tenantId } = await newTenant(operator);
  await operator.registerSchema(tenantId, CONTOSO);
  return as(operator, { tenantId, urn: CONTOSO });
}

/** A tenant with an OAuth client that has a secret. */
async function onOAuthCredential(operator: Operator): Promise<Call> {
  const { tenantId } = await newTenant(operator);
  return as(operator, { tenantId, ...(await operator.createOAuthClient(tenantId)) });
}

async function onOAuthClient(operator: Operator): Promise<Call> {
  const { tenantId = '', clientId = '' } = (await onOAuthCredential(operator)).ids;
  return as(operator, { tenantId, clientId });
}

/** A tenant with a setup link. */
async function onSetupLink(operator: Operator): Promise<Call> {
  const { tenantId } = await newTenant(operator);
  await operator.makeSetupLink(tenantId);
  return as(operator, { tenantId });
}

export const withTenant = (call: Call, { tenantId }: CreatedTenant): Call => ({
  ...call,
  ids: { ...call.ids, tenantId },
});

export const usual: Walk<Operator>['usual'] = {
  listAdminTokens: async (operator) => {
    await operator.createAdminToken('viewer');
    return as(operator);
  },
  createAdminToken: (operator) =>
    Promise.resolve(sending(as(operator), { label: `walk ${randomUUID()}`, role: 'viewer' })),
  revokeAdminToken: async (operator) => as(operator, { adminTokenId: (await operator.createAdminToken('viewer')).id }),
  listTenants: (operator) => as(operator),
  createTenant: (operator) => sending(as(operator), { name: `walk ${randomUUID()}` }),
  getTenant: onTenant,
  updateTenant: async (operator) => sending(await onTenant(operator), { enabled: false }),
  deleteTenant: onTenant,
  listTokens: onTenant,
  issueToken: async (operator) => sending(await onTenant(operator), { label: 'walk' }),
  revokeToken: async (operator) => {
    const { tenantId } = await newTenant(operator);
    return as(operator, { tenantId, tokenId: await operator.issueToken(tenantId) });
  },
  makeSetupLink: async (operator) => sending(await onTenant(operator), { days: 7 }),
  getSetupLink: onSetupLink,
  renewSetupLink: async (operator) => sending(await onSetupLink(operator), { days: 7 }),
  revokeSetupLink: onSetupLink,
  listOAuthClients: async (operator) => {
    const { tenantId = '' } = (await onOAuthClient(operator)).ids;
    return as(operator, { tenantId });
  },
  createOAuthClient: async (operator) => sending(await onTenant(operator), { label: 'walk' }),
  deleteOAuthClient: onOAuthClient,
  addOAuthCredential: async (operator) => sending(await onOAuthClient(operator), { kind: 'secret' }),
  deleteOAuthCredential: onOAuthCredential,
  listTenantSchemas: onTenant,
  getTenantSchema: onSchema,
  registerTenantSchema: async (operator) => {
    const { tenantId } = await newTenant(operator);
    return sending(as(operator, { tenantId, urn: CONTOSO }), { attributes: [{ name: 'level', type: 'integer' }] });
  },
  removeTenantSchema: onSchema,
  listAllActivity: (operator) => as(operator),
  listAlerts: (operator) => Promise.resolve(as(operator)),
  listActivity: onTenant,
  exportActivity: onStaged,
  exportActivityAsCsv: onTenant,
  summarizeActivity: onTenant,
  getActivitySettings: onTenant,
  changeActivitySettings: async (operator) => sending(await onTenant(operator), { retentionDays: 90 }),
  explainPerson: async (operator) => {
    const call = await onTenant(operator);
    return { ...call, ids: { ...call.ids, person: 'ada@contoso.example' } };
  },
  ...syncUsual,
};
