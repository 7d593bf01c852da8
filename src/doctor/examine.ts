import { setTimeout as sleep } from 'node:timers/promises';
import { detailOf, isOurError, type Caller, type Reply } from './caller.js';
import { finding, foreign, type Finding } from './finding.js';

/** What the examination works with. */
export interface Examined {
  /** The Tenant URL without a slash at its end. */
  readonly base: string;
  readonly token: string;
  readonly call: Caller;
  readonly now: () => Date;
  /** Requests a second that are tried. */
  readonly rate: { readonly requests: number; readonly milliseconds: number };
}

const MINUTE = 60_000;

/** How the server that answered names itself. */
const nameOf = ({ headers }: Reply, token: string): string =>
  foreign([headers.server ?? 'Something'].flat().join(' '), token);

/**
 * Causes 3, 4, 6 to 9: what the first answer tells.
 * @returns a finding, after which there is nothing more to look at
 */
export function checkFirst(reply: Reply, { base, token }: Examined): Finding | undefined {
  const { status, headers, failure } = reply;
  const { host, pathname } = new URL(base);
  if (failure !== undefined) {
    const why = failure === 'timeout' ? 'does not answer in time' : `cannot be reached (${foreign(failure, token)})`;
    return finding('unreachable', `${host} ${why}.`);
  }
  if (status >= 300 && status < 400) {
    return finding('redirect', `The address redirects to ${foreign(headers.location ?? '?', token)}; enter that.`);
  }
  const isPage = /html/iu.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html)/iu.test(reply.text);
  if (status === 404 && !isPage) {
    return finding('path', `The Tenant URL must end in /scim; you have ${foreign(pathname, token)}.`);
  }
  if (status === 401 && isOurError(reply)) return tokenFinding(reply, token);
  if (status === 403 && isOurError(reply)) return finding('disabled', 'This company is disabled.');
  if ((status === 429 || status === 503) && !isOurError(reply)) {
    return finding('rate', `${nameOf(reply, token)} answers ${status} to the first request already.`);
  }
  if (status === 200 && Array.isArray(reply.body['schemas'])) return undefined;
  if (isOurError(reply))
    return finding('unreachable', `The server answers ${status}: ${foreign(detailOf(reply), token)}`);
  const what = isPage ? 'with a web page' : `${status}`;
  return finding('web-page', `${nameOf(reply, token)} answers ${what} before us: sign-in, firewall or error page.`);
}

/** A 401 of ours has no error code where no token came (RFC 6750 §3). */
function tokenFinding(reply: Reply, token: string): Finding {
  const challenge = reply.headers['www-authenticate'] ?? '';
  if (!challenge.includes('error=')) {
    return finding('authorization-removed', 'A proxy removes the Authorization header.');
  }
  return finding('token', foreign(detailOf(reply), token));
}

/** Cause 14: the header Date is more than two minutes off. */
export function checkClock({ headers }: Reply, { now }: Examined): Finding | undefined {
  const minutes = Math.round((Date.parse(headers.date ?? '') - now().getTime()) / MINUTE);
  if (!Number.isFinite(minutes) || Math.abs(minutes) <= 2) return undefined;
  return finding('clock', `The server's clock is ${Math.abs(minutes)} min ${minutes < 0 ? 'slow' : 'fast'}.`);
}

/** Cause 5: the same request, without User-Agent. */
export async function checkUserAgent({ call }: Examined): Promise<Finding | undefined> {
  const { status } = await call({ path: '/Users?count=1', anonymous: true });
  if (status === 200) return undefined;
  return finding('user-agent', 'A firewall wants a User-Agent; Entra may send none.');
}

/** Kilobytes of the bodies that are tried, and what groups need. */
const SIZES = [64, 256, 512, 1_024, 2_048];
const NEEDED = 4_000;

/** Cause 10: bodies are refused that the server would take. They are of a group that does not exist, so that nothing changes. */
export async function checkBodySize({ call }: Examined): Promise<Finding | undefined> {
  const sent = async (kilobytes: number): Promise<Reply> => {
    const message = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[]}';
    const body = message + ' '.repeat(kilobytes * 1_000 - message.length);
    return call({ method: 'PATCH', path: '/Groups/00000000-0000-7000-8000-000000000000', body });
  };
  const passes = (reply: Reply): boolean => reply.status !== 0 && (reply.status !== 413 || isOurError(reply));
  if (passes(await sent(NEEDED))) return undefined;
  let most = 0;
  for (const size of SIZES) {
    if (!passes(await sent(size))) break;
    most = size;
  }
  return finding('body-size', `A proxy allows ${most === 0 ? 'less than 64' : most} kB; groups need 4 MB.`);
}

/** Cause 13: at the rate that Entra asks for, something in front refuses. */
export async function checkRate({ call, rate, token }: Examined): Promise<Finding | undefined> {
  const pause = rate.milliseconds / rate.requests;
  const replies: Promise<Reply>[] = [];
  for (let number = 0; number < rate.requests; number += 1) {
    replies.push(call({ path: '/ServiceProviderConfig' }));
    await sleep(pause);
  }
  const all = await Promise.all(replies);
  const refused = all.filter((reply) => (reply.status === 429 || reply.status === 503) && !isOurError(reply));
  const [first] = refused;
  if (first === undefined) return undefined;
  const allowed = Math.floor((all.length - refused.length) / Math.max(rate.milliseconds / 1_000, 1));
  return finding('rate', `${nameOf(first, token)} in front allows ${allowed} a second; Entra's gallery asks for 25.`);
}
