import { accountLine, deleteLine, newAccount, withContent } from '../lines.js';
import { has } from '../lookup.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** Whether accounts are created, changed and deleted as lines say. */
export async function checkAccounts(session: CheckSession): Promise<void> {
  const account = newAccount(session);
  const [created] = await session.expect('applied', 'A create of an account', PLACES.op, [
    accountLine('create', account),
  ]);
  await has(session, account).then((there) => {
    if (there === false) session.found(PLACES.op, 'An account that was created is not found under its SCIM id.');
  });
  const changes = [
    ['An update', accountLine('update', withContent(account, { attributes: { jobTitle: 'Chief checker' } }))],
    ['A deactivate', accountLine('deactivate', withContent(account, { active: false }))],
    ['A reactivate', accountLine('reactivate', account)],
    ['A create of an account that it has already', accountLine('create', account)],
  ] as const;
  for (const [what, line] of changes) {
    const [outcome] = await session.expect('applied', what, PLACES.op, [line]);
    const ids = [created?.accountId, outcome?.accountId];
    if (ids.every((id) => id !== undefined) && ids[0] !== ids[1]) {
      session.found(PLACES.accountId, `${what} of one account was answered with another accountId than its create.`);
    }
  }
  await checkUnknown(session);
  await checkNames(session);
  await checkLinks(session);
  await checkDeletes(session);
}

async function checkUnknown(session: CheckSession): Promise<void> {
  for (const op of ['update', 'deactivate', 'reactivate'] as const) {
    const line = accountLine(op, newAccount(session, { active: op !== 'deactivate' }));
    await session.expect('failed', `The op ${op} for a scimId that it does not have`, PLACES.op, [line]);
  }
  const line = deleteLine('account', session.newId('account'));
  await session.expect('applied', 'A delete of an account that it does not have', PLACES.op, [line]);
}

async function checkNames(session: CheckSession): Promise<void> {
  const owner = newAccount(session);
  const { userName } = owner.content;
  await session.expect('applied', 'A create of an account', PLACES.op, [accountLine('create', owner)]);
  for (const name of [userName, userName.toUpperCase()]) {
    const what = `A create with the userName of another account${name === userName ? '' : ', in another case,'}`;
    const taker = newAccount(session, { userName: name });
    await session.expect('failed', what, PLACES.content, [accountLine('create', taker)]);
  }
  const [bad, good] = [newAccount(session, { userName }), newAccount(session)];
  const [, outcome] = await session.deliver(session.keyed([accountLine('create', bad), accountLine('create', good)]));
  const what = 'A line of a batch that is not atomic, beside one that cannot be applied,';
  session.compare('applied', what, PLACES.batches, [outcome]);
}

/** A link gives an account that is there to another SCIM id; a backend without ids of its own cannot be sent any. */
async function checkLinks(session: CheckSession): Promise<void> {
  const former = newAccount(session);
  const [created] = await session.deliver(session.keyed([accountLine('create', former)]));
  if (created?.accountId === undefined) return;
  const heir = { ...former, scimId: session.newId('account') };
  const [linked] = await session.expect('applied', 'A link of an account that it has', PLACES.op, [
    accountLine('link', heir, created.accountId),
  ]);
  if (linked?.accountId !== undefined && linked.accountId !== created.accountId) {
    session.found(PLACES.accountId, 'A link was answered with another accountId than it named.');
  }
  if (linked?.state === 'applied' && (await has(session, heir)) === false) {
    session.found(PLACES.op, 'An account that was linked is not found under its new SCIM id.');
  }
  const stranger = accountLine('link', newAccount(session), `${session.prefix}-nobody`);
  await session.expect('failed', 'A link of an accountId that it does not have', PLACES.op, [stranger]);
}

async function checkDeletes(session: CheckSession): Promise<void> {
  const [leaver, successor] = [newAccount(session), newAccount(session)];
  const line = deleteLine('account', leaver.scimId);
  await session.deliver(session.keyed([accountLine('create', leaver)]));
  await session.expect('applied', 'A delete of an account', PLACES.op, [line]);
  if ((await has(session, leaver)) === true) session.found(PLACES.op, 'An account that was deleted is still there.');
  await session.expect('applied', 'A delete of an account that was deleted', PLACES.op, [line]);
  const heir = withContent(successor, { userName: leaver.content.userName });
  const what = 'A create with the userName of a deleted account';
  await session.expect('applied', what, PLACES.content, [accountLine('create', heir)]);
}
