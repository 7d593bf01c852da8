import { accountLine, groupLine, newAccount, newGroup, type TestAccount, type TestGroup } from '../lines.js';
import { matchesOf, question, type LookUpBy } from '../lookup.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/**
 * Whether POST /matches is answered. A backend that cannot compare hashes may leave it out: it is asked only where a policy
 * allows names.
 */
export async function probeMatches(session: CheckSession): Promise<void> {
  const body = JSON.stringify(question(session, 'names', newAccount(session)));
  const answer = await session.send({ method: 'POST', path: '/matches', body }, PLACES.matches);
  const isLeftOut = answer.status === 404 && session.capabilities.nameHashes !== true;
  session.canMatch = answer.status !== undefined && !isLeftOut;
}

/** Whether accounts and groups are found by SCIM id and by name, and nothing else is. */
export async function checkMatches(session: CheckSession): Promise<void> {
  if (!session.canMatch) return;
  const [account, group] = [newAccount(session), newGroup(session)];
  await session.deliver(session.keyed([accountLine('create', account)]));
  await session.deliver(session.keyed([groupLine('create', group)]));
  const ways: readonly LookUpBy[] = session.capabilities.nameHashes === true ? ['names', 'hashes'] : ['names'];
  for (const way of ways) {
    for (const one of [account, group]) await checkFound(session, way, one);
    const nobody = await matchesOf(session, newAccount(session), way);
    if (nobody !== undefined && nobody.length > 0) {
      session.found(placeOf(way), `By ${way}, an account was found for a userName that nobody has.`);
    }
  }
}

const placeOf = (way: LookUpBy) => (way === 'hashes' ? PLACES.nameHashes : PLACES.matchedBy);

async function checkFound(session: CheckSession, way: LookUpBy, one: TestAccount | TestGroup): Promise<void> {
  const subject = 'userName' in one.content ? 'account' : 'group';
  const own = await matchesOf(session, one, way);
  if (own?.some(({ by }) => by === 'scimId') === false) {
    session.found(PLACES.matchedBy, `By ${way}, the ${subject} that has the scimId was not found as by "scimId".`);
  }
  const stranger = inCapitals({ ...one, scimId: session.newId(subject) });
  const named = await matchesOf(session, stranger, way);
  if (named?.some(({ by }) => by === 'name') === false) {
    const what = `By ${way}, the ${subject} that has the same name in another case`;
    session.found(placeOf(way), `${what} was not found as by "name".`);
  }
}

function inCapitals(one: TestAccount | TestGroup): TestAccount | TestGroup {
  const { scimId, content } = one;
  return 'userName' in content
    ? { scimId, content: { ...content, userName: content.userName.toUpperCase() } }
    : { scimId, content: { ...content, displayName: content.displayName.toUpperCase() } };
}
