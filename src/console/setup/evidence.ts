import { PROBE_PREFIX } from '../../model/resource.js';
import type { StoredResource } from '../../model/resource.js';
import { isJsonObject } from '../../protocol/json.js';
import type { Storage } from '../../storage/storage.js';
import { SETUP_LABEL } from '../../tenants/setup-links.js';
import type { Arrival, Evidence } from './progress.js';

/** Entra tests a connection by looking for somebody whose name is a new GUID (Microsoft Learn, use-scim…). */
const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** How many people are read to find the first two, since whom the doctor makes has not arrived. */
const FIRST = 4;

/** How many lookups that found nobody are searched for the test of the connection. */
const LOOK_UPS = 50;

/** Reads what has reached the server for a company. */
export async function evidenceOf(storage: Storage, tenantId: string, now: Date): Promise<Evidence> {
  const { activity, console, tenants } = storage;
  const [latest, lookUps, wrong, overview, tokens, first] = await Promise.all([
    activity.latest(tenantId),
    activity.page(tenantId, { operation: 'user.lookup', outcomes: ['nothing'], limit: LOOK_UPS }),
    activity.page(tenantId, { operation: 'authenticate', outcomes: ['refused'], limit: 1 }),
    console.overviews.company(tenantId, now.toISOString()),
    tenants.listTokens(tenantId),
    storage.directory(tenantId).list({ type: 'User', offset: 0, limit: FIRST }),
  ]);
  const [refused] = wrong.entries;
  return {
    lastCall: latest?.at,
    tested: lookUps.entries.find(({ subject = '' }) => GUID.test(subject))?.at,
    people: first.resources.flatMap(arrivalOf).slice(0, 2),
    users: overview?.users ?? 0,
    groups: overview?.groups ?? 0,
    refused:
      refused?.reason !== undefined && refused.at > (latest?.at ?? '')
        ? { at: refused.at, reason: refused.reason }
        : undefined,
    issued: tokens.findLast(({ label }) => label === SETUP_LABEL)?.created,
  };
}

/** Nothing of whom the doctor has made. */
function arrivalOf({ document, created, id }: StoredResource): readonly Arrival[] {
  const resource: unknown = JSON.parse(document);
  const { displayName, userName } = isJsonObject(resource) ? resource : {};
  if (typeof userName === 'string' && userName.toLowerCase().startsWith(PROBE_PREFIX)) return [];
  const name = [displayName, userName].find((one) => typeof one === 'string' && one !== '');
  return [{ name: typeof name === 'string' ? name : id, at: created }];
}
