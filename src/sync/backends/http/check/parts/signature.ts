import { accountLine, newAccount } from '../lines.js';
import type { CheckRequest } from '../exchange.js';
import { PLACES } from '../places.js';
import { statusText, type CheckSession } from '../session.js';

const ANOTHER = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const TEN_MINUTES = 600_000;

/** Requests that a backend refuses, by what is wrong with them. */
const REFUSED: readonly (readonly [string, (request: CheckRequest) => CheckRequest])[] = [
  ['without a signature', (request) => ({ ...request, signedWith: 'none' })],
  ['signed with another secret', (request) => ({ ...request, signedWith: [ANOTHER] })],
  ['signed 10 minutes ago', (request) => ({ ...request, at: new Date(Date.now() - TEN_MINUTES) })],
  ['whose body was changed after it was signed', (request) => ({ ...request, signedBody: `${request.body ?? ''} ` })],
];

/** Whether requests are refused that we have not signed, and taken that we have. */
export async function checkSignatures(session: CheckSession): Promise<void> {
  for (const [what, broken] of REFUSED) {
    const batch = session.batch(session.keyed([accountLine('create', newAccount(session))]));
    await refused(session, `POST /batches ${what}`, broken(batch));
  }
  await refused(session, 'GET /capabilities without a signature', {
    method: 'GET',
    path: '/capabilities',
    signedWith: 'none',
  });
  const [own = ''] = session.backend.secret.split(' ');
  const request = { method: 'GET', path: '/capabilities', signedWith: [ANOTHER, own] } as const;
  const answer = await session.send(request, PLACES.signature);
  if (answer.status !== undefined && answer.status !== 200) {
    session.found(
      PLACES.signature,
      `A request with two signatures, the second of which fits, was answered ${statusText(answer)}; expected 200, as while the secret is being changed.`,
    );
  }
}

async function refused(session: CheckSession, what: string, request: CheckRequest): Promise<void> {
  const answer = await session.send(request, PLACES.signature);
  if (answer.status === undefined || answer.status === 401) return;
  session.found(PLACES.signature, `${what} was answered ${statusText(answer)}; it must be refused with 401.`);
}
