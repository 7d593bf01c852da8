import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../tools/entra-client/json.js';
import type { CreatedTenant, Operator } from '../server/operator.js';
import { withBody, withEveryId, withHeaders, withoutHeader, withQuery, type Call } from './call.js';
import { as, newTenant, onTenant, sending } from './operator-call.js';
import type { Provocation, Unprovoked, Walk } from './provocation.js';
import { SYNC_BY_PATH, SYNC_LISTS, SYNC_TAKING_FIELDS, shownOn } from './sync-walk.js';
import { syncProvocations, syncUnprovoked, syncUsual } from './sync-walk.js';

type Row = Provocation<Operator>;

/** Operations on the activity log: lists, and those of which nothing but the path can be wrong. */
const ACTIVITY_LISTS = ['listAllActivity', 'listActivity'];
const ACTIVITY_BY_PATH = ['exportActivity', 'exportActivityAsCsv', 'getActivitySettings', 'explainPerson'];

const NAMING = ['createTenant', 'updateTenant'];
const SETUP_TAKING_DAYS = ['makeSetupLink', 'renewSetupLink'];
const SETUP_BY_PATH = ['getSetupLink', 'revokeSetupLink'];
const TAKING_FIELDS = [
  ...NAMING,
  ...['issueToken', 'changeActivitySettings', 'createAdminToken', 'createOAuthClient', 'addOAuthCredential'],
  ...SETUP_TAKING_DAYS,
  ...SYNC_TAKING_FIELDS,
];
const TAKING_A_BODY = [...TAKING_FIELDS, 'registerTenantSchema'];
const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
const MEGABYTE = 1_048_576;

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

const withTenant = (call: Call, { tenantId }: CreatedTenant): Call => ({ ...call, ids: { ...call.ids, tenantId } });

const usual: Walk<Operator>['usual'] = {
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

const successes: readonly Row[] = ['200', '201', '204'].map((status) => ({
  operations: 'all',
  status,
  by: 'the usual request',
  change: (call) => call,
}));

const access: readonly Row[] = [
  { operations: 'all', status: '401', by: 'no token', change: (call) => withoutHeader(call, 'Authorization') },
  {
    operations: 'all',
    status: '401',
    by: 'a token that the operator did not set',
    change: (call) => withHeaders(call, { Authorization: 'Bearer not-the-operator' }),
  },
  {
    operations: 'all',
    status: '401',
    by: 'the secret token of a tenant',
    change: async (call, operator) =>
      withHeaders(call, { Authorization: `Bearer ${(await newTenant(operator)).token}` }),
  },
  {
    operations: 'all',
    status: '403',
    by: 'an admin token that may only look',
    change: async (call, operator) =>
      withHeaders(call, { Authorization: `Bearer ${(await operator.createAdminToken('viewer')).token}` }),
  },
];

/** Ids that never were; the URN of a schema has to be one. */
function withUnknownIds(call: Call): Call {
  const unknown = withEveryId(call, randomUUID());
  return Object.hasOwn(call.ids, 'urn') ? { ...unknown, ids: { ...unknown.ids, urn: CONTOSO } } : unknown;
}

const addresses: readonly Row[] = [
  {
    operations: 'all',
    status: '404',
    by: 'ids that never were',
    change: (call) => withUnknownIds(call),
  },
  {
    operations: ['revokeToken'],
    status: '404',
    by: 'a token that the tenant has not',
    change: (call) => ({ ...call, ids: { ...call.ids, tokenId: randomUUID() } }),
  },
  {
    operations: [
      'getTenant',
      'deleteTenant',
      'listTokens',
      'revokeToken',
      'revokeAdminToken',
      'listOAuthClients',
      'deleteOAuthClient',
      'deleteOAuthCredential',
      'listTenantSchemas',
      'getTenantSchema',
      'removeTenantSchema',
      ...SYNC_BY_PATH,
      ...ACTIVITY_BY_PATH,
      ...SETUP_BY_PATH,
    ],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'broken percent-encoding',
    change: (call) => withEveryId(call, '%E0%A4%A'),
  },
  {
    operations: ['listTenants', ...SYNC_LISTS, ...ACTIVITY_LISTS],
    status: '400',
    scimType: 'invalidValue',
    by: 'a limit out of range',
    change: (call) => withQuery(call, { limit: '0' }),
  },
  {
    operations: ['listTenants', ...SYNC_LISTS, ...ACTIVITY_LISTS],
    status: '400',
    scimType: 'invalidValue',
    by: 'a cursor that was not given out',
    change: (call) => withQuery(call, { after: 'nowhere' }),
  },
];

const times: Row = {
  operations: ['listActivity', 'summarizeActivity'],
  status: '400',
  scimType: 'invalidValue',
  by: 'a time that is none',
  change: (call) => withQuery(call, { from: 'yesterday' }),
};

const bodies: readonly Row[] = [
  times,
  {
    operations: TAKING_A_BODY,
    status: '400',
    scimType: 'invalidSyntax',
    by: 'a body that is not JSON',
    change: (call) => withBody(call, '{"name":'),
  },
  {
    operations: TAKING_FIELDS,
    status: '400',
    scimType: 'invalidSyntax',
    by: 'a field that does not exist',
    change: (call) => withBody(call, { ...(isObject(call.body) ? call.body : {}), colour: 'blue' }),
  },
  {
    operations: NAMING,
    status: '400',
    scimType: 'invalidValue',
    by: 'an empty name',
    change: (call) => withBody(call, { name: '' }),
  },
  {
    operations: ['issueToken', 'createAdminToken', 'createOAuthClient', 'addOAuthCredential'],
    status: '400',
    scimType: 'invalidValue',
    by: 'an end that is no time',
    change: (call) => withBody(call, { ...(isObject(call.body) ? call.body : {}), expiresAt: 'tomorrow' }),
  },
  {
    operations: ['changeActivitySettings'],
    status: '400',
    scimType: 'invalidValue',
    by: 'entries that are kept for no day',
    change: (call) => withBody(call, { retentionDays: 0 }),
  },
  {
    operations: SETUP_TAKING_DAYS,
    status: '400',
    scimType: 'invalidValue',
    by: 'a link that lasts for no day',
    change: (call) => withBody(call, { days: 0 }),
  },
  {
    operations: NAMING,
    status: '409',
    scimType: 'uniqueness',
    by: 'a name that is taken',
    change: async (call, operator) => withBody(call, { name: (await newTenant(operator)).name }),
  },
  {
    operations: ['createAdminToken'],
    status: '409',
    scimType: 'uniqueness',
    by: 'a label that is taken',
    change: async (call, operator) =>
      withBody(call, { label: (await operator.createAdminToken('viewer')).label, role: 'viewer' }),
  },
  {
    operations: TAKING_A_BODY,
    status: '413',
    by: 'a body over the limit',
    change: (call) => withBody(call, `{"name":"${'x'.repeat(MEGABYTE)}"}`),
  },
  {
    operations: TAKING_A_BODY,
    status: '415',
    by: 'plain text',
    change: (call) => withHeaders(call, { 'Content-Type': 'text/plain' }),
  },
];

const schemas: readonly Row[] = [
  {
    operations: ['registerTenantSchema'],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'a characteristic that does not exist',
    change: (call) => withBody(call, { attributes: [{ name: 'level', colour: 'blue' }] }),
  },
  {
    operations: ['registerTenantSchema'],
    status: '400',
    scimType: 'invalidValue',
    by: 'a URN that is reserved',
    change: (call) => ({ ...call, ids: { ...call.ids, urn: 'urn:ietf:params:scim:schemas:core:2.0:User' } }),
  },
  {
    operations: ['registerTenantSchema'],
    status: '409',
    by: 'staged values that do not fit',
    change: async (call, operator) => {
      const tenant = await newTenant(operator);
      await operator.stageUser(tenant, CONTOSO, { level: 'high' });
      return withTenant(call, tenant);
    },
  },
  {
    operations: ['registerTenantSchema'],
    status: '409',
    by: 'another type of an attribute',
    change: async (call, operator) => {
      const tenant = await newTenant(operator);
      await operator.registerSchema(tenant.tenantId, CONTOSO);
      return withBody(withTenant(call, tenant), { attributes: [{ name: 'level', type: 'string' }] });
    },
  },
  {
    operations: ['registerTenantSchema'],
    status: '200',
    by: 'staged values that do not fit and are dropped',
    change: async (call, operator) => {
      const tenant = await newTenant(operator);
      await operator.stageUser(tenant, CONTOSO, { level: 'high' });
      return withQuery(withTenant(call, tenant), { dropInvalid: 'true' });
    },
  },
  {
    operations: ['removeTenantSchema'],
    status: '409',
    by: 'a schema that a user has values of',
    change: async (call, operator) => {
      const tenant = await newTenant(operator);
      await operator.registerSchema(tenant.tenantId, CONTOSO);
      await operator.stageUser(tenant, CONTOSO, { level: 1 });
      return withTenant(call, tenant);
    },
  },
];

const unprovoked: readonly Unprovoked[] = [
  { operation: 'all', status: '500', reason: 'a fault of ours: if a request could provoke it, it would be mended' },
  {
    operation: 'all',
    status: '429',
    reason: 'no single request is too many',
  },
  { operation: 'createOAuthClient', status: '409', reason: 'it takes 50 clients' },
  { operation: 'addOAuthCredential', status: '409', reason: 'it takes 10 credentials' },
  {
    operation: 'revokeAdminToken',
    status: '409',
    reason: 'the server has an ADMIN_TOKEN, so that none is the last way in',
  },
  {
    operation: 'all',
    status: '503',
    reason: 'the database is away or the server is stopping, which no request can do',
  },
  ...syncUnprovoked,
];

/** The walk over `openapi/admin.yaml`. */
export const adminWalk: Walk<Operator> = {
  basePath: '/admin/api',
  usual,
  provocations: [...successes, ...access, ...addresses, ...bodies, ...schemas, ...syncProvocations],
  showing: async (operation, body, operator) => {
    const call = await (shownOn[operation] ?? usual[operation])?.(operator);
    if (call === undefined) throw new Error(`the walk has no usual request for ${operation}`);
    return withBody(call, isObject(body) ? current(body, call) : body);
  },
  unprovoked,
};

/** A body with a name that is still free, an end that is still to come, and the digest of the plan that it is about. */
function current(body: JsonObject, call: Call): JsonObject {
  const { name, label, expiresAt } = body;
  const digest = isObject(call.body) ? call.body['digest'] : undefined;
  return {
    ...body,
    ...(typeof name === 'string' ? { name: `${name} ${randomUUID()}` } : {}),
    ...(typeof label === 'string' ? { label: `${label} ${randomUUID()}` } : {}),
    ...(typeof body['digest'] === 'string' && digest !== undefined ? { digest } : {}),
    ...(typeof expiresAt === 'string' ? { expiresAt: new Date(Date.now() + 86_400_000).toISOString() } : {}),
  };
}
