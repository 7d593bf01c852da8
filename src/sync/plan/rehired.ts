import type { MirrorItem } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import { tombstoneOf } from '../../protocol/entra/tombstone.js';
import { member } from '../../protocol/json.js';
import { foldString } from '../../protocol/search-form.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { parse, type Desired } from './desired.js';
import { isHeld, NOT_STAGED } from './holds.js';
import type { Pair } from './pairs.js';
import type { Draft } from './planning.js';

/** Users who come back within the grace period of their former account, or while that user is in Entra's recycle bin. */
export interface Rehired {
  /** The former account, by the id of the user who comes back. */
  readonly formerOf: ReadonlyMap<string, MirrorItem>;
  /** The users whose accounts go to somebody who comes back. */
  readonly leavers: ReadonlySet<string>;
}

/** A user who may have come back, and the account that may have been that person's. */
interface Candidate {
  readonly user: StagedItem;
  readonly former: MirrorItem;
}

/**
 * Finds, from either side, the new users that have the userName of an account whose user was deleted and which the policy still
 * keeps: the same person was hired again, with a new user in Entra.
 * @param pairs of one page; both sides of a candidate are found though they are on different pages
 * @param desire what the backend is to have of a pair
 */
export async function findRehired(
  { reader, now }: Draft,
  pairs: readonly Pair[],
  desire: (pair: Pair) => Desired,
): Promise<Rehired> {
  const candidates = [...(await candidatesOfNew(reader, pairs)), ...(await candidatesOfLeavers(reader, pairs))];
  if (candidates.length === 0) return { formerOf: new Map(), leavers: new Set() };
  const formerIds = candidates.map(({ former }) => former.resourceId);
  const userIds = candidates.map(({ user }) => user.id);
  const staged = await reader.staged.byIds('User', formerIds);
  const mirrored = await reader.mirror.byIds('User', userIds);
  const holds = await reader.holds.of('account', [...formerIds, ...userIds]);
  const states = new Map([...staged, ...candidates.map(({ user }): [string, StagedItem] => [user.id, user])]);
  const held = new Set(
    holds.filter((hold) => isHeld(hold, states.get(hold.resourceId) ?? NOT_STAGED, now)).map((hold) => hold.resourceId),
  );
  const found = candidates.filter(({ user, former }) => {
    const leaver = staged.get(former.resourceId);
    if (mirrored.has(user.id) || held.has(user.id) || held.has(former.resourceId)) return false;
    if (former.accountId === undefined || (leaver !== undefined && !isTombstone(leaver))) return false;
    return desire({ id: former.resourceId, staged: leaver, mirror: former }).content !== undefined;
  });
  return {
    formerOf: new Map(found.map(({ user, former }) => [user.id, former])),
    leavers: new Set(found.map(({ former }) => former.resourceId)),
  };
}

async function candidatesOfNew(reader: SyncReader, pairs: readonly Pair[]): Promise<readonly Candidate[]> {
  const users = pairs.flatMap(({ staged, mirror }) =>
    staged?.active === true && mirror === undefined ? [staged] : [],
  );
  if (users.length === 0) return [];
  const accounts = await reader.mirror.byNames(users.map(nameOf));
  return users.flatMap((user) => {
    const former = accounts.get(nameOf(user));
    return former === undefined || former.resourceId === user.id ? [] : [{ user, former }];
  });
}

async function candidatesOfLeavers(reader: SyncReader, pairs: readonly Pair[]): Promise<readonly Candidate[]> {
  const accounts = pairs.flatMap(({ staged, mirror }) =>
    mirror !== undefined && (staged === undefined || isTombstone(staged)) ? [mirror] : [],
  );
  if (accounts.length === 0) return [];
  const users = await reader.staged.byUserNames(accounts.map(({ content }) => foldString(content.name)));
  return accounts.flatMap((former) => {
    const user = users.get(foldString(former.content.name));
    return user?.active === true && user.id !== former.resourceId ? [{ user, former }] : [];
  });
}

const isTombstone = ({ document }: StagedItem): boolean => tombstoneOf(parse(document)) !== undefined;

function nameOf({ document }: StagedItem): string {
  const userName = member(parse(document), 'userName');
  return typeof userName === 'string' ? foldString(userName) : '';
}
