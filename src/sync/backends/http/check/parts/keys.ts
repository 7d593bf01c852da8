import { accountLine, deleteLine, newAccount, withContent } from '../lines.js';
import { has, matchesOf } from '../lookup.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** Whether a line takes effect once, however often it arrives. */
export async function checkKeys(session: CheckSession): Promise<void> {
  await checkApplied(session);
  await checkFailed(session);
  await checkAtOnce(session);
  await checkWebhookId(session);
}

async function checkApplied(session: CheckSession): Promise<void> {
  const [account, other] = [newAccount(session), newAccount(session)];
  const create = session.keyed([accountLine('create', account)]);
  const [first] = await session.deliver(create);
  await session.deliver(session.keyed([deleteLine('account', account.scimId)]));
  const together = [...create, ...session.keyed([accountLine('create', other)])];
  const [again, fresh] = await session.deliver(together);
  const what = 'A line that came again with its key, in another batch,';
  session.compare('applied', what, PLACES.key, first?.state === 'applied' ? [again] : []);
  if (first?.accountId !== again?.accountId) {
    session.found(PLACES.key, `${what} was answered with another outcome; the stored one has to be answered again.`);
  }
  session.compare('applied', 'A new line beside one that came again', PLACES.key, [fresh]);
  if (first?.state === 'applied' && (await has(session, account)) === true) {
    session.found(PLACES.key, `${what} took effect again: it created an account that was deleted meanwhile.`);
  }
}

/** The reason why a line failed is gone when it comes again. */
async function checkFailed(session: CheckSession): Promise<void> {
  const owner = newAccount(session);
  const taker = newAccount(session, { userName: owner.content.userName });
  await session.deliver(session.keyed([accountLine('create', owner)]));
  const line = session.keyed([accountLine('create', taker)]);
  const [first] = await session.deliver(line);
  if (first?.state !== 'failed') return;
  await session.deliver(session.keyed([deleteLine('account', owner.scimId)]));
  const [again] = await session.deliver(line);
  session.compare('failed', 'A line that had failed and came again with its key', PLACES.key, [again]);
}

/** As after a timeout: the first request is still in progress when the second arrives. */
async function checkAtOnce(session: CheckSession): Promise<void> {
  const line = session.keyed([accountLine('create', newAccount(session))]);
  const both = (await Promise.all([session.deliver(line), session.deliver(line)])).flat();
  session.compare('applied', 'A line that arrived twice at the same time', PLACES.key, both);
  if (new Set(both.map((one) => one?.accountId)).size > 1) {
    session.found(PLACES.key, 'A line that arrived twice at the same time was answered with two outcomes.');
  }
}

/** The id of a request is no key: lines count. */
async function checkWebhookId(session: CheckSession): Promise<void> {
  const webhookId = `msg_${session.prefix}`;
  const [first, second] = [newAccount(session), newAccount(session)];
  await session.deliver(session.keyed([accountLine('create', first)]), { webhookId });
  const lines = session.keyed([accountLine('create', second)]);
  const [outcome] = await session.deliver(lines, { webhookId });
  const matches = await matchesOf(session, withContent(second, {}));
  if (outcome === undefined || matches?.length === 0) {
    session.found(PLACES.webhookId, 'New lines in a request with a webhook-id that was used before were ignored.');
  }
}
