import type { IncomingMessage } from 'node:http';
import { meaningOf, type Meaning } from '../activity/meaning.js';
import type { Recorded } from '../activity/recorder.js';
import { isId } from '../model/id.js';
import type { ActivityOutcome } from '../model/activity/entry.js';
import { tokenPrefix } from '../tenants/secret-token.js';
import type { RequestNotes } from './router/operation.js';

/** A request that has been answered, or whose client has left. */
export interface Answered {
  readonly request: IncomingMessage;
  /** The target as it came. */
  readonly url: string;
  readonly notes: RequestNotes;
  readonly status: number;
  /** Whether the client left before it had the whole answer. */
  readonly cut: boolean;
  readonly microseconds: number;
  /** The address of the client; asked for only where the token is not valid. */
  readonly address: () => string;
}

/**
 * What the activity log keeps of a request: those on the SCIM endpoints, and those that the admin API refused for their token.
 * @returns undefined for all others
 */
export function activityOf(answered: Answered): Recorded | undefined {
  const { request, url, notes, status, cut, microseconds } = answered;
  const place = placeOf(url);
  if (place === undefined || (place === 'admin' && status !== 401)) return undefined;
  const { query } = notes.target ?? {};
  const inQuery = query?.get('access_token') ?? undefined;
  const reason = notes.error?.tokenFault;
  const meaning = meaningIn(notes, reason);
  // One literal, since spreading costs more than all the rest.
  return {
    tenantId: notes.tenantId,
    requestId: notes.requestId,
    source: sourceOf(request.headers, place, inQuery),
    operation: meaning.operation,
    status,
    outcome: cut ? 'failed' : outcomeOf(notes, status, meaning.operation),
    durationUs: microseconds,
    resourceType: meaning.resourceType,
    resourceId: notes.effect?.id ?? notes.found?.id ?? idInPath(notes),
    subject: notes.effect?.name ?? meaning.subject,
    tokenId: undefined,
    tokenPrefix: tokenPrefix(inQuery ?? (request.headers.authorization ?? '').slice(BEARER)),
    reason,
    scimType: notes.error?.scimType,
    detail: notes.error?.message ?? (cut ? CUT : undefined),
    changed: notes.effect?.changed ?? NONE,
    ignored: notes.unknown ?? NONE,
    rules: notes.rules ?? NONE,
    network: reason === undefined ? undefined : networkOf(answered.address()),
  };
}

const NONE: readonly string[] = [];

/** Characters of `Bearer `. */
const BEARER = 7;

const CUT = 'The client closed the connection before it had the whole answer.';

/** The doctor says who it is, so that nobody takes its requests for Entra's. */
function sourceOf(
  { 'x-flexwhere-doctor': doctor }: IncomingMessage['headers'],
  place: 'scim' | 'admin',
  inQuery: string | undefined,
): Recorded['source'] {
  if (place === 'admin') return 'operator';
  if (doctor !== undefined) return 'doctor';
  return inQuery === undefined ? 'entra' : 'browser';
}

function placeOf(url: string): 'scim' | 'admin' | undefined {
  if (/^\/+scim(?:[/?]|$)/iu.test(url)) return 'scim';
  return /^\/+admin\/+api(?:[/?]|$)/iu.test(url) ? 'admin' : undefined;
}

/** The operation that a request without a valid token asks for is not recorded. */
function meaningIn({ operationId, target, body, effect }: RequestNotes, reason: string | undefined): Meaning {
  if (reason !== undefined) return { operation: 'authenticate' };
  const meaning = meaningOf({ operationId, filter: target?.query.get('filter') ?? undefined, body });
  // A restored person is sent as active among other changes.
  const activates = meaning.operation === 'user.update' && body !== undefined && effect?.changed.includes('active');
  return activates === true ? { ...meaning, operation: 'user.activate' } : meaning;
}

function outcomeOf({ found, effect }: RequestNotes, status: number, operation: string): ActivityOutcome {
  if (status >= 500) return 'failed';
  if (status === 404 && operation.endsWith('.get')) return 'nothing';
  if (status >= 400) return 'refused';
  if (operation.endsWith('.lookup') && found?.total === 0) return 'nothing';
  const isChange = effect !== undefined && !/\.(?:create|delete)$/u.test(operation);
  return isChange && effect.changed.length === 0 ? 'unchanged' : 'ok';
}

/** The id in a path such as `/Users/{id}`. */
function idInPath({ target }: RequestNotes): string | undefined {
  const [, id] = target?.segments ?? [];
  return id !== undefined && isId(id) ? id : undefined;
}

/** The network of an address: 256 addresses of IPv4; of IPv6 it is one already. */
function networkOf(address: string): string | undefined {
  if (address.includes(':')) return address;
  const parts = address.split('.');
  return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0/24` : undefined;
}
