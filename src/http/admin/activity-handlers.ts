import type { ActivityEntry as EntryJson, ActivityList, operations } from '../../../generated/admin.js';
import { explainPerson } from '../../activity/explain/explain.js';
import { activityCsv, activityLines } from '../../activity/export.js';
import { activityJson } from '../../activity/json.js';
import type { ActivityEntry, ActivityOutcome } from '../../model/activity/entry.js';
import type { ActivityPage, ActivityQuery } from '../../model/activity/query.js';
import type { Storage } from '../../storage/storage.js';
import type { Tenancy } from '../../tenants/tenants.js';
import type { Handlers } from '../router/operation.js';
import { DEFAULT_LIMIT, idCursor } from './conflict.js';

/** The operations on the activity log, and the explanation of a person. */
export type ActivityOperations =
  | 'listAllActivity'
  | 'listActivity'
  | 'exportActivity'
  | 'exportActivityAsCsv'
  | 'summarizeActivity'
  | 'getActivitySettings'
  | 'changeActivitySettings'
  | 'explainPerson';

/** Milliseconds that a summary covers unless it is told. */
const DAY = 86_400_000;

/** The handlers for the activity log. */
export function activityHandlers(
  storage: Storage,
  { getTenant }: Pick<Tenancy, 'getTenant'>,
): Handlers<Pick<operations, ActivityOperations>> {
  const { activity } = storage;
  return {
    ...settingsHandlers(storage, { getTenant }),
    listAllActivity: async ({ query: { tenant, requestId, limit = DEFAULT_LIMIT, after } }) => {
      const page = { limit, after: idCursor(after) };
      if (tenant !== 'none') return { status: 200, body: listOf(await activity.everywhere({ ...page, requestId })) };
      const { entries, next } = await activity.unattributed(page);
      return { status: 200, body: listOf({ entries: entries.map((entry) => ({ ...entry, tenantId: null })), next }) };
    },
    listActivity: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after, ...words } }) => {
      await getTenant(tenantId);
      const page = await activity.page(tenantId, { ...queryOf(words), limit, after: idCursor(after) });
      return { status: 200, body: listOf(page) };
    },
    exportActivity: async ({ path: { tenantId }, query }) => {
      await getTenant(tenantId);
      const body = activityLines(activity, tenantId, queryOf(query));
      return { status: 200, type: 'application/x-ndjson', body };
    },
    exportActivityAsCsv: async ({ path: { tenantId }, query }) => {
      await getTenant(tenantId);
      return { status: 200, type: 'text/csv', body: activityCsv(activity, tenantId, queryOf(query)) };
    },
    summarizeActivity: async ({ path: { tenantId }, query: { from, to } }) => {
      await getTenant(tenantId);
      const end = to === undefined ? new Date() : new Date(to);
      const begin = from === undefined ? new Date(end.getTime() - DAY) : new Date(from);
      const hours = await activity.hours(tenantId, begin.toISOString(), end.toISOString());
      return {
        status: 200,
        body: { hours: hours.map(({ totalUs, ...hour }) => ({ ...hour, totalMs: totalUs / 1_000 })) },
      };
    },
    explainPerson: async ({ path: { tenantId, person } }) => {
      await getTenant(tenantId);
      return { status: 200, body: await explainPerson(storage, tenantId, person, new Date()) };
    },
  };
}

function settingsHandlers(
  { activity }: Storage,
  { getTenant }: Pick<Tenancy, 'getTenant'>,
): Handlers<Pick<operations, 'getActivitySettings' | 'changeActivitySettings'>> {
  return {
    getActivitySettings: async ({ path: { tenantId } }) => {
      await getTenant(tenantId);
      return { status: 200, body: { ...(await activity.settings(tenantId)) } };
    },
    changeActivitySettings: async ({ path: { tenantId }, body: { retentionDays } }) => {
      await getTenant(tenantId);
      await activity.changeSettings(tenantId, { retentionDays });
      return { status: 200, body: { ...(await activity.settings(tenantId)) } };
    },
  };
}

type Words = Omit<NonNullable<operations['listActivity']['parameters']['query']>, 'limit' | 'after'>;

const queryOf = ({ from, to, outcome, ...words }: Words): Omit<ActivityQuery, 'limit' | 'after'> => ({
  ...words,
  from: from === undefined ? undefined : new Date(from).toISOString(),
  to: to === undefined ? undefined : new Date(to).toISOString(),
  outcomes: outcome?.split(',') as ActivityOutcome[] | undefined,
});

/** A page as JSON; the entries of all tenants say whose they are. */
const listOf = ({
  entries,
  next,
}: ActivityPage<ActivityEntry & { readonly tenantId?: string | null }>): ActivityList => ({
  entries: entries.map((entry) => ({
    ...(activityJson(entry) as EntryJson),
    ...(entry.tenantId === undefined ? {} : { tenantId: entry.tenantId }),
  })),
  next: next ?? null,
});
