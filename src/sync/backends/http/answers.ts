import type { Capabilities } from '../../../../generated/backend.js';
import type { Match } from '../../../model/match.js';
import type { SyncMembership } from '../../../model/mirror.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../../../protocol/json.js';
import type { ListedResource } from '../../backend.js';
import { RequestFailure } from './request-failure.js';
import { cleanText, isUsableId } from './untrusted-text.js';

/** What the backend said of a line; `retry` also for what it said in a way that cannot be understood. */
export interface ReadOutcome {
  readonly state: 'applied' | 'failed' | 'retry';
  readonly accountId?: string;
  readonly detail?: string;
  /** It cannot be understood: the backend may have applied the line. */
  readonly unread?: true;
}

/** How many matches of one resource are read: a person cannot choose among more. */
const MOST_MATCHES = 20;

/** @throws RequestFailure `later` if the answer is not what the document says */
export function readCapabilities(answer: unknown): Capabilities {
  const object = objectOf(answer);
  const [atomicBatches, maxBatchSize] = [member(object, 'atomicBatches'), member(object, 'maxBatchSize')];
  if (typeof atomicBatches !== 'boolean') throw notUnderstood('atomicBatches');
  if (typeof maxBatchSize !== 'number' || !Number.isSafeInteger(maxBatchSize) || maxBatchSize < 1) {
    throw notUnderstood('maxBatchSize');
  }
  return { atomicBatches, maxBatchSize, ...readOptions(object) };
}

function readOptions(object: JsonObject): Pick<Capabilities, 'backendId' | 'listing' | 'nameHashes'> {
  const [backendId = null, listing = false] = [member(object, 'backendId'), member(object, 'listing')];
  const nameHashes = member(object, 'nameHashes') ?? false;
  if (backendId !== null && !isUsableId(backendId)) throw notUnderstood('backendId');
  if (typeof listing !== 'boolean') throw notUnderstood('listing');
  if (typeof nameHashes !== 'boolean') throw notUnderstood('nameHashes');
  return { ...(backendId === null ? {} : { backendId }), listing, nameHashes };
}

/** A page of what the backend has. */
export interface ListedPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** @throws RequestFailure `later` if the answer is not what the document says */
export function readListedResources(
  answer: unknown,
  nameOfName: 'userName' | 'displayName',
): ListedPage<ListedResource> {
  return readPage(answer, (item) => {
    const [scimId, accountId] = [member(item, 'scimId'), member(item, 'accountId') ?? undefined];
    const content = objectOf(member(item, 'content'));
    const [name, attributes] = [member(content, nameOfName), objectOf(member(content, 'attributes'))];
    const active = nameOfName === 'displayName' ? true : member(content, 'active');
    if (!isUsableId(scimId)) throw notUnderstood('scimId');
    if (accountId !== undefined && !isUsableId(accountId)) throw notUnderstood('accountId');
    if (typeof name !== 'string') throw notUnderstood(nameOfName);
    if (typeof active !== 'boolean') throw notUnderstood('active');
    return { scimId, ...(accountId === undefined ? {} : { accountId }), content: { name, active, attributes } };
  });
}

/** @throws RequestFailure `later` if the answer is not what the document says */
export function readListedMemberships(answer: unknown): ListedPage<SyncMembership> {
  return readPage(answer, (item) => {
    const [groupId, memberId] = [member(item, 'groupScimId'), member(item, 'memberScimId')];
    if (!isUsableId(groupId)) throw notUnderstood('groupScimId');
    if (!isUsableId(memberId)) throw notUnderstood('memberScimId');
    return { groupId, memberId };
  });
}

/** How long the position of a page may be, in UTF-16 code units. */
const LONGEST_POSITION = 1_000;

function readPage<Item>(answer: unknown, read: (item: JsonObject) => Item): ListedPage<Item> {
  const object = objectOf(answer);
  const items = arrayOf(object, 'items').map((item) => read(objectOf(item)));
  const next = member(object, 'next') ?? undefined;
  if (next === undefined) return { items, next };
  if (typeof next !== 'string' || next === '' || next.length > LONGEST_POSITION) throw notUnderstood('next');
  if (items.length === 0) throw notUnderstood('an item on a page that is not the last one');
  return { items, next };
}

/**
 * The matches by SCIM id, of those that were asked for.
 * @throws RequestFailure `later` if the answer is not what the document says: a match that is overlooked makes a second
 *   account
 */
export function readMatches(answer: unknown, asked: ReadonlySet<string>): ReadonlyMap<string, readonly Match[]> {
  const matches = new Map<string, readonly Match[]>();
  for (const item of arrayOf(objectOf(answer), 'items').map(objectOf)) {
    const scimId = member(item, 'scimId');
    if (typeof scimId !== 'string' || !asked.has(scimId)) continue;
    matches.set(scimId, arrayOf(item, 'matches').slice(0, MOST_MATCHES).map(readMatch));
  }
  return matches;
}

function readMatch(answer: JsonValue): Match {
  const found = objectOf(answer);
  const [accountId, by, scimId] = [member(found, 'accountId'), member(found, 'by'), member(found, 'scimId')];
  if (!isUsableId(accountId)) throw notUnderstood('accountId');
  if (by !== 'scimId' && by !== 'name') throw notUnderstood('by');
  const hints = readHints(member(found, 'hints'));
  return { accountId, by, ...(isUsableId(scimId) ? { scimId } : {}), ...(hints === undefined ? {} : { hints }) };
}

const HINTS = ['externalId', 'email', 'displayName'] as const;

function readHints(answer: JsonValue | undefined): Match['hints'] {
  if (!isJsonObject(answer)) return undefined;
  const texts = HINTS.flatMap((name) => {
    const hint = member(answer, name);
    return typeof hint === 'string' ? [[name, cleanText(hint)] as const] : [];
  });
  return texts.length === 0 ? undefined : Object.fromEntries(texts);
}

/**
 * What was said of the lines that were asked for, by key; of several outcomes for one key the first.
 * @throws RequestFailure `later` if there is no list of outcomes at all
 */
export function readOutcomes(answer: unknown, asked: ReadonlySet<string>): ReadonlyMap<string, ReadOutcome> {
  const outcomes = new Map<string, ReadOutcome>();
  for (const item of arrayOf(objectOf(answer), 'outcomes').filter(isJsonObject)) {
    const key = member(item, 'key');
    if (typeof key === 'string' && asked.has(key) && !outcomes.has(key)) outcomes.set(key, readOutcome(item));
  }
  return outcomes;
}

const NO_OUTCOME: ReadOutcome = {
  state: 'retry',
  detail: 'the backend gave no outcome that this server understands.',
  unread: true,
};

function readOutcome(item: JsonObject): ReadOutcome {
  const [state, accountId, told] = [member(item, 'state'), member(item, 'accountId'), member(item, 'detail')];
  const detail = typeof told === 'string' && cleanText(told) !== '' ? { detail: cleanText(told) } : {};
  if (state === 'failed' || state === 'retry') return { state, ...detail };
  if (state !== 'applied') return NO_OUTCOME;
  if (accountId === undefined || accountId === null) return { state };
  return isUsableId(accountId) ? { state, accountId } : NO_OUTCOME;
}

function objectOf(answer: unknown): JsonObject {
  if (!isJsonObject(answer)) throw notUnderstood('an object');
  return answer;
}

function arrayOf(object: JsonObject, name: string): readonly JsonValue[] {
  const value = member(object, name);
  if (!isJsonArray(value)) throw notUnderstood(name);
  return value;
}

function notUnderstood(what: string): RequestFailure {
  return new RequestFailure(
    'later',
    `The backend's answer is not what openapi/backend.yaml says: ${what} is missing or wrong.`,
    { unread: true },
  );
}
