import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../tools/entra-client/json.js';
import type { Operator } from '../server/operator.js';
import {
  ACTIVITY_BY_PATH,
  ACTIVITY_LISTS,
  CONTOSO,
  MEGABYTE,
  NAMING,
  type Row,
  SETUP_BY_PATH,
  SETUP_TAKING_DAYS,
  TAKING_A_BODY,
  TAKING_FIELDS,
  usual,
  withTenant,
} from './admin-calls.js';
import { type Call, withBody, withEveryId, withHeaders, withoutHeader, withQuery } from './call.js';
import { newTenant } from './operator-call.js';
import type { Unprovoked, Walk } from './provocation.js';
import { shownOn, SYNC_BY_PATH, SYNC_LISTS, syncProvocations, syncUnprovoked } from './sync-walk.js';

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
    operations: ['listTenants', 'listAlerts', ...SYNC_LISTS, ...ACTIVITY_LISTS],
    status: '400',
    scimType: 'invalidValue',
    by: 'a limit out of range',
    change: (call) => withQuery(call, { limit: '0' }),
  },
  {
    operations: ['listTenants', 'listAlerts', ...SYNC_LISTS, ...ACTIVITY_LISTS],
    status: '400',
    scimType: 'invalidValue',
    by: 'a cursor that was not given out',
    change: (call) => withQuery(call, { after: 'nowhere' }),
  },
];

const times: Row = {
  operations: ['listActivity', 'exportActivity', 'exportActivityAsCsv', 'summarizeActivity'],
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
