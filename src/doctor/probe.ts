import { randomBytes } from 'node:crypto';
import { PROBE_PREFIX } from '../model/resource.js';
import { detailOf, isOurError, type Reply } from './caller.js';
import type { Examined } from './examine.js';
import { finding, foreign, type Finding } from './finding.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/**
 * Causes 11, 12 and 15: a person is created, looked up, changed and deleted as Entra does it. The server deletes what is left
 * where the doctor is stopped in between.
 */
export async function checkWithProbe(examined: Examined): Promise<readonly Finding[]> {
  const { call } = examined;
  // Characters that mean something in a query, where a proxy decodes and encodes it again.
  const userName = `${PROBE_PREFIX}${randomBytes(16).toString('hex')}+a&b%25ü@doctor.invalid`;
  const created = await call({ method: 'POST', path: '/Users', body: JSON.stringify({ schemas: [USER], userName }) });
  if (created.status !== 201) return [refusal('POST', created, examined)];
  const { id } = created.body;
  if (typeof id !== 'string') return [refusal('POST', created, examined)];
  const found: (Finding | undefined)[] = [];
  let deleted: Reply | undefined;
  try {
    found.push(checkLocation(created, examined), await checkLookUp(userName, id, examined));
    const Operations = [{ op: 'Replace', path: 'displayName', value: 'probe' }];
    const body = JSON.stringify({ schemas: [PATCH_OP], Operations });
    const patched = await call({ method: 'PATCH', path: `/Users/${id}`, body });
    if (patched.status < 200 || patched.status >= 300) found.push(refusal('PATCH', patched, examined));
  } finally {
    deleted = await call({ method: 'DELETE', path: `/Users/${id}` });
  }
  if (deleted.status !== 204) found.push(refusal('DELETE', deleted, examined));
  return found.filter((one) => one !== undefined);
}

/** Cause 11, or another outcome of a request that changes something. */
function refusal(method: string, reply: Reply, { token }: Examined): Finding {
  const { status, failure } = reply;
  if (status === 405 || status === 501) return finding('methods', 'A proxy lets only GET and POST through.');
  if (isOurError(reply)) return finding('methods', `${method} is refused: ${foreign(detailOf(reply), token)}`);
  const what = failure === undefined ? `is answered ${status}` : `has no answer (${foreign(failure, token)})`;
  return finding('methods', `${method} ${what} by something in front of us.`);
}

/** Cause 15: the server thinks that it has another address. */
function checkLocation({ headers }: Reply, { base, token }: Examined): Finding | undefined {
  const given = headers.location ?? '';
  if (given === '' || given.startsWith(`${base}/`)) return undefined;
  const own = foreign(given.replace(/\/Users\/.*$/u, ''), token);
  return finding('public-url', `PUBLIC_URL says ${own}; you came by ${foreign(base, token)}.`);
}

/** Cause 12: an existing person is not found by the filter that Entra sends. */
async function checkLookUp(userName: string, id: string, { call }: Examined): Promise<Finding | undefined> {
  const filter = encodeURIComponent(`userName eq ${JSON.stringify(userName)}`);
  const found = await call({ path: `/Users?filter=${filter}` });
  if (found.body['totalResults'] === 1) return undefined;
  const direct = await call({ path: `/Users/${id}` });
  if (direct.status !== 200) return undefined;
  return finding('query', 'A proxy rewrites the query; lookups miss and Entra creates twice.');
}
