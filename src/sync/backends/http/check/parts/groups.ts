import { accountLine, deleteLine, groupLine, memberLine, newAccount, newGroup } from '../lines.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** Whether groups and memberships are changed as lines say, whichever side comes first. */
export async function checkGroups(session: CheckSession): Promise<void> {
  const [early, late] = [newAccount(session), newAccount(session)];
  const [group, inner] = [newGroup(session), newGroup(session)];
  await session.expect('applied', 'A create of an account', PLACES.op, [accountLine('create', early)]);
  await session.expect('applied', 'A create of a group', PLACES.op, [groupLine('create', group)]);
  await session.expect('applied', 'A create of an account behind that of its group', PLACES.op, [
    accountLine('create', late),
  ]);
  const both = [early, late].map(({ scimId }) => memberLine('add', group.scimId, scimId));
  await session.expect('applied', 'An add of a member', PLACES.membership, both);
  await session.expect('applied', 'An add of a member that is there already', PLACES.membership, both);
  const renamed = { ...group, content: { ...group.content, displayName: `${group.content.displayName} II` } };
  await session.expect('applied', 'An update of a group', PLACES.op, [groupLine('update', renamed)]);
  await session.expect('applied', 'A create of a group', PLACES.op, [groupLine('create', inner)]);
  const nested = memberLine('add', group.scimId, inner.scimId);
  await session.expect('applied', 'An add of a group to a group', PLACES.membership, [nested]);
  const gone = memberLine('remove', group.scimId, early.scimId);
  await session.expect('applied', 'A remove of a member', PLACES.membership, [gone]);
  await session.expect('applied', 'A remove of a member that is not there', PLACES.membership, [gone]);
  const [nobody, nowhere] = [session.newId('account'), session.newId('group')];
  await session.expect('failed', 'An add of a member that it does not have', PLACES.membership, [
    memberLine('add', group.scimId, nobody),
  ]);
  await session.expect('failed', 'An add to a group that it does not have', PLACES.membership, [
    memberLine('add', nowhere, early.scimId),
  ]);
  await session.expect('applied', 'A delete of a group with members', PLACES.op, [deleteLine('group', group.scimId)]);
  const orphan = memberLine('remove', group.scimId, late.scimId);
  await session.expect('applied', 'A remove from a group that was deleted', PLACES.membership, [orphan]);
}
