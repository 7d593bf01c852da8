import { randomUUID } from 'node:crypto';
import { KNOWN, SLOW } from '../../src/sync/testing/receiver.fixture.js';
import { isObject, type JsonObject } from '../../tools/entra-client/json.js';
import type { CreatedTenant, Operator } from '../server/operator.js';
import { withBody, withQuery, type Call } from './call.js';
import { as, newTenant, onTenant, sending } from './operator-call.js';
import type { Provocation, Unprovoked, Walk } from './provocation.js';

type Row = Provocation<Operator>;
type Usual = Walk<Operator>['usual'];

const BY = { by: 'walk' };

/** Operations of which nothing but the path can be wrong. */
export const SYNC_BY_PATH = [
  ...['getSyncPlan', 'exportSyncPlan', 'exportSyncPlanAsCsv', 'getSyncStatus', 'getSyncRun', 'getSyncPolicy'],
  ...['exportSyncAudit', 'getSyncPlanSummary', 'getSyncMirror'],
];

/** What is counted when a plan is made, and so not to be read before. */
const REVIEWED = ['getSyncPlanSummary', 'listSyncPlanGroups', 'listSyncPlanLines', 'compareSyncPlans'];

const EXPORTS = ['exportSyncPlan', 'exportSyncPlanAsCsv'];

export const SYNC_LISTS = [
  ...['listSyncPlans', 'listSyncPlanLines', 'listSyncHolds', 'listSyncRuns', 'listSyncAudit'],
  ...['listSyncPlanGroups', 'compareSyncPlans', 'listSyncHistory'],
];

const BY_DIGEST = ['holdSyncPlanLines', 'confirmSyncLinks'];
const OF_A_PLAN = ['discardSyncPlan', 'confirmSyncLink', 'applySyncPlan', ...BY_DIGEST];
const OF_THE_RUN = ['pauseSync', 'resumeSync', 'cancelSync'];
const OF_THE_MIRROR = ['verifySyncMirror', 'adoptSyncMirror', 'resetSyncMirror'];

export const SYNC_TAKING_FIELDS = [
  ...['makeSyncPlan', ...OF_A_PLAN, 'putSyncHold', 'releaseSyncHold', 'releaseSyncHolds'],
  ...[...OF_THE_RUN, ...OF_THE_MIRROR, 'undoSyncRun', 'changeSyncPolicy'],
];

/** Whom the document shows in its bodies. */
const BEN = 'ben@contoso.example';

/** A tenant with a staged user of that name. */
async function withUser(operator: Operator, userName = BEN): Promise<CreatedTenant> {
  const tenant = await newTenant(operator);
  await operator.stageMember(tenant, userName);
  return tenant;
}

/** A request about a plan that has a line for a user. */
async function onPlan(operator: Operator, userName?: string): Promise<Call> {
  const { tenantId } = await withUser(operator, userName);
  return as(operator, { tenantId, planId: await operator.makePlan(tenantId) });
}

/** A request about lines of a plan that was read. */
async function onLines(operator: Operator, more: JsonObject = {}): Promise<Call> {
  const call = await onPlan(operator);
  const { tenantId = '', planId = '' } = call.ids;
  return sending(call, { ...BY, ...more, digest: await operator.digestOf(tenantId, planId) });
}

/** A request about a run that has just begun, or has come to a state. */
async function onRun(operator: Operator, userName: string, state?: string): Promise<Call> {
  const { tenantId } = await withUser(operator, userName);
  const runId = await operator.apply(tenantId, await operator.makePlan(tenantId));
  if (state !== undefined) await operator.untilRun(tenantId, state);
  return as(operator, { tenantId, runId });
}

const by = async (call: Promise<Call>): Promise<Call> => sending(await call, BY);

const held = async (operator: Operator, name?: string): Promise<Call> => {
  const { tenantId } = await withUser(operator);
  if (name !== undefined) await operator.hold(tenantId, name);
  return as(operator, { tenantId });
};

/** The requests to operations of the review-and-apply workflow. */
export const syncUsual: Usual = {
  listSyncPlans: onTenant,
  makeSyncPlan: (operator) => by(onTenant(operator)),
  getSyncPlan: (operator) => onPlan(operator),
  getSyncPlanSummary: (operator) => onPlan(operator),
  listSyncPlanGroups: (operator) => onPlan(operator),
  listSyncPlanLines: (operator) => onPlan(operator),
  compareSyncPlans: async (operator) => {
    const call = await onPlan(operator);
    return withQuery(call, { with: call.ids['planId'] ?? '' });
  },
  exportSyncPlan: (operator) => onPlan(operator),
  exportSyncPlanAsCsv: (operator) => onPlan(operator),
  discardSyncPlan: (operator) => by(onPlan(operator)),
  confirmSyncLink: async (operator) => {
    const call = await by(onPlan(operator, `${KNOWN}ann`));
    return { ...call, ids: { ...call.ids, number: '1' } };
  },
  applySyncPlan: (operator) => by(onPlan(operator)),
  listSyncHolds: onTenant,
  putSyncHold: async (operator) => sending(await held(operator), { ...BY, resource: BEN, reason: 'walk' }),
  releaseSyncHold: async (operator) => sending(await held(operator, BEN), { ...BY, resource: BEN }),
  holdSyncPlanLines: (operator) => onLines(operator, { reason: 'walk' }),
  confirmSyncLinks: (operator) => onLines(operator),
  releaseSyncHolds: async (operator) => sending(await held(operator, BEN), { ...BY, all: true }),
  listSyncHistory: async (operator) => withQuery(await held(operator, BEN), { resource: BEN }),
  getSyncStatus: onTenant,
  listSyncRuns: onTenant,
  getSyncRun: (operator) => onRun(operator, BEN),
  pauseSync: (operator) => by(onTenant(operator)),
  resumeSync: (operator) => by(onTenant(operator)),
  cancelSync: (operator) => by(onTenant(operator)),
  undoSyncRun: (operator) => by(onRun(operator, BEN, 'finished')),
  // a plan makes the mirror belong to the backend
  getSyncMirror: (operator) => onPlan(operator),
  verifySyncMirror: (operator) => by(onPlan(operator)),
  adoptSyncMirror: (operator) => by(onPlan(operator)),
  resetSyncMirror: (operator) => by(onPlan(operator)),
  getSyncPolicy: onTenant,
  changeSyncPolicy: (operator) => by(onTenant(operator)),
  listSyncAudit: onTenant,
  exportSyncAudit: async (operator) => {
    const { tenantId } = await newTenant(operator);
    await operator.makePlan(tenantId);
    return as(operator, { tenantId });
  },
};

/** The requests to operations that need a run under way. */
const underWay: Usual = {
  pauseSync: (operator) => by(onRun(operator, `${SLOW}ann`)),
  resumeSync: async (operator) => {
    const call = await by(onRun(operator, `${SLOW}ann`));
    const { tenantId = '' } = call.ids;
    await operator.pause(tenantId);
    await operator.untilRun(tenantId, 'paused');
    return call;
  },
  cancelSync: (operator) => by(onRun(operator, `${SLOW}ann`)),
};

/** A plan that deactivates one account. */
async function onDeactivation(operator: Operator): Promise<Call> {
  const tenant = await withUser(operator);
  const { tenantId } = tenant;
  await operator.apply(tenantId, await operator.makePlan(tenantId));
  await operator.untilRun(tenantId, 'finished');
  await operator.disableUser(tenant, BEN);
  return as(operator, { tenantId, planId: await operator.makePlan(tenantId) });
}

/** What the bodies that the document shows are sent to, where the usual request would not do. */
export const shownOn: Usual = { ...underWay, applySyncPlan: (operator) => by(onDeactivation(operator)) };

const runsUnderWay: readonly Row[] = OF_THE_RUN.map((operation) => ({
  operations: [operation],
  status: '202',
  by: 'a run under way',
  change: async (_, operator) => (await underWay[operation]?.(operator)) ?? Promise.reject(new Error(operation)),
}));

/** Discards the plan of a request, so that the request comes too late. */
async function discarded(call: Call, operator: Operator): Promise<Call> {
  const { tenantId = '', planId = '' } = call.ids;
  await operator.discard(tenantId, planId);
  return call;
}

export const syncProvocations: readonly Row[] = [
  ...runsUnderWay,
  { operations: ['applySyncPlan'], status: '202', by: 'the usual request', change: (call) => call },
  {
    operations: SYNC_TAKING_FIELDS,
    status: '400',
    scimType: 'invalidValue',
    by: 'nobody who does it',
    change: (call) => withBody(call, { by: '' }),
  },
  {
    operations: ['listSyncPlanLines'],
    status: '400',
    scimType: 'invalidValue',
    by: 'a kind of lines that does not exist',
    change: (call) => withQuery(call, { kind: 'remake' }),
  },
  {
    operations: ['getSyncPlan', ...REVIEWED, ...EXPORTS, ...OF_A_PLAN],
    status: '404',
    by: 'a plan that the tenant has not',
    change: (call) => ({ ...call, ids: { ...call.ids, planId: randomUUID() } }),
  },
  {
    operations: ['getSyncRun', 'undoSyncRun'],
    status: '404',
    by: 'a run that the tenant has not',
    change: (call) => ({ ...call, ids: { ...call.ids, runId: randomUUID() } }),
  },
  {
    operations: ['putSyncHold', 'releaseSyncHold', 'listSyncHistory'],
    status: '404',
    by: 'a user that the tenant has not',
    change: async (call, operator) => ({ ...call, ids: { tenantId: (await newTenant(operator)).tenantId } }),
  },
  {
    operations: ['discardSyncPlan', 'applySyncPlan'],
    status: '409',
    by: 'a plan that was discarded',
    change: discarded,
  },
  {
    operations: BY_DIGEST,
    status: '409',
    by: 'a plan that is not the one that was read',
    change: (call) => withBody(call, { ...(isObject(call.body) ? call.body : {}), digest: '0'.repeat(64) }),
  },
  {
    operations: ['confirmSyncLink'],
    status: '409',
    by: 'a line that is no link',
    change: (call) => ({ ...call, ids: { ...call.ids, number: '2' } }),
  },
  { operations: OF_THE_RUN, status: '409', by: 'a tenant without a run', change: (call) => call },
  {
    operations: ['makeSyncPlan', ...OF_THE_MIRROR],
    status: '409',
    by: 'a run that has not ended',
    change: async (_, operator) => by(onRun(operator, `${SLOW}ann`)),
  },
  {
    operations: ['undoSyncRun'],
    status: '409',
    by: 'a run that has not ended',
    change: async (_, operator) => by(onRun(operator, `${SLOW}ann`)),
  },
];

export const syncUnprovoked: readonly Unprovoked[] = [
  ...REVIEWED.map((operation) => ({
    operation,
    status: '409',
    reason: 'the plan is still being made, which is over before a request can be sure to meet it',
  })),
  ...EXPORTS.map((operation) => ({
    operation,
    status: '409',
    reason: 'the plan was shrunk, which takes a day at least',
  })),
];
