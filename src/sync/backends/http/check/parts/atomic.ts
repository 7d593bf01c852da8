import { accountLine, newAccount, withContent } from '../lines.js';
import { has } from '../lookup.js';
import { PLACES } from '../places.js';
import type { CheckSession } from '../session.js';

/** Whether an atomic batch is taken as a whole or not at all, where the backend says that it takes any. */
export async function checkAtomic(session: CheckSession): Promise<void> {
  if (!session.capabilities.atomicBatches || session.capabilities.maxBatchSize < 2) return;
  const [sam, sue] = [newAccount(session), newAccount(session)];
  await session.deliver(session.keyed([accountLine('create', sam)]));
  await session.deliver(session.keyed([accountLine('create', sue)]));
  const swap = [
    accountLine('update', withContent(sam, { userName: sue.content.userName })),
    accountLine('update', withContent(sue, { userName: sam.content.userName })),
  ];
  const swapped = 'An exchange of two userNames in an atomic batch';
  await session.expect('applied', swapped, PLACES.atomic, swap, { atomic: true });
  const [good, taker] = [newAccount(session), newAccount(session, { userName: sam.content.userName })];
  const impossible = [accountLine('create', good), accountLine('create', taker)];
  const what = 'A line of an atomic batch, another line of which cannot be applied,';
  await session.expect('failed', what, PLACES.atomic, impossible, { atomic: true });
  if ((await has(session, good)) === true) {
    session.found(PLACES.atomic, 'A part of an atomic batch took effect, though another line of it failed.');
  }
}
