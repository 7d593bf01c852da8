import { isDeepStrictEqual } from 'node:util';
import type { ListingAnswer, ListingRequest } from '../../../../../../generated/backend.js';
import { accountLine, groupLine, memberLine, newAccount, newGroup } from '../lines.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** How many items the pages have that are asked for, and how many pages at most are read. */
const LIMIT = 3;
const MOST_PAGES = 2_000;

type Item = ListingAnswer['items'][number];

/** Whether the backend lists what it was told, in pages and in the order of ids, where it says that it lists. */
export async function checkListings(session: CheckSession): Promise<void> {
  if (session.capabilities.listing !== true) return;
  const accounts = Array.from({ length: LIMIT + 2 }, () => newAccount(session, { attributes: { team: ['a', 'b'] } }));
  const group = newGroup(session);
  for (const account of accounts) await session.deliver(session.keyed([accountLine('create', account)]));
  await session.deliver(session.keyed([groupLine('create', group)]));
  const members = accounts.map(({ scimId }) => memberLine('add', group.scimId, scimId));
  for (const member of members) await session.deliver(session.keyed([member]));
  const told = [...accounts, group].map(({ scimId, content }) => [scimId, content] as const);
  for (const subject of ['account', 'group', 'membership'] as const) {
    const items = await allOf(session, subject);
    if (items === undefined) continue;
    const listed = new Map(items.map((item) => [keyOf(item), 'content' in item ? item.content : undefined]));
    const wanted =
      subject === 'membership'
        ? accounts.map(({ scimId }) => [`${group.scimId} ${scimId}`, undefined] as const)
        : told.filter(([, content]) => 'userName' in content === (subject === 'account'));
    compare(session, subject, wanted, listed);
  }
}

function compare(
  session: CheckSession,
  subject: string,
  wanted: readonly (readonly [string, object | undefined])[],
  listed: ReadonlyMap<string, object | undefined>,
): void {
  const missing = wanted.filter(([key]) => !listed.has(key)).length;
  if (missing > 0)
    session.found(PLACES.listings, `${missing} of ${wanted.length} ${subject}s that it was told are not listed.`);
  const other = wanted.find(([key, content]) => listed.has(key) && !isDeepStrictEqual(listed.get(key), content));
  if (other === undefined) return;
  const [listedText, toldText] = [listed.get(other[0]), other[1]].map((one) => JSON.stringify(one).slice(0, 200));
  session.found(PLACES.listings, `The content of a listed ${subject} is ${listedText}; it was told ${toldText}.`);
}

/** Undefined where the pages cannot be read to their end. */
async function allOf(session: CheckSession, subject: ListingRequest['subject']): Promise<readonly Item[] | undefined> {
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer: ListingAnswer | undefined = await session.list({
      ...{ tenantId: session.tenantId, subject, after, limit: LIMIT },
    });
    if (answer === undefined || !isPage(session, subject, answer, items.at(-1))) return undefined;
    items.push(...answer.items);
    if (answer.next === null) return items;
    after = answer.next;
  }
  session.found(PLACES.listings, `The pages of ${subject}s do not end: ${MOST_PAGES} of them were read.`);
  return undefined;
}

function isPage(
  session: CheckSession,
  subject: ListingRequest['subject'],
  { items, next }: ListingAnswer,
  last: Item | undefined,
): boolean {
  const fault = (sentence: string): false => {
    session.found(PLACES.listings, sentence);
    return false;
  };
  if (items.length > LIMIT)
    session.found(PLACES.limit, `A page has ${items.length} items where the limit is ${LIMIT}.`);
  if (items.some((item) => item.subject !== subject))
    return fault(`A page of ${subject}s has items of another subject.`);
  if (items.length === 0 && next !== null) return fault(`A page of ${subject}s is empty and is not the last one.`);
  const keys = [...(last === undefined ? [] : [last]), ...items].map(keyOf);
  if (keys.every((key, index) => index === 0 || key > (keys[index - 1] ?? ''))) return true;
  return fault(`${subject}s are not listed in the order of their ids, each once.`);
}

const keyOf = (item: Item): string =>
  item.subject === 'membership' ? `${item.groupScimId} ${item.memberScimId}` : item.scimId;
