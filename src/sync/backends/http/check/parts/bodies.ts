import { accountLine, newAccount } from '../lines.js';
import { PLACES } from '../places.js';
import { statusText, type CheckSession } from '../session.js';

/** How long the values of a large line are together, in characters. */
const LARGE = 8_000;

/** Whether bodies are refused that cannot be read, and taken that are large, unusual or newer than the backend. */
export async function checkBodies(session: CheckSession): Promise<void> {
  await checkUnreadable(session);
  await checkAdditions(session);
  await checkLarge(session);
  const unusual = newAccount(session, {
    attributes: { displayName: 'Žofie 👩‍💻 "Q" \\ <b>', 'team-ids': ['x', 'y'], nested: { a: [1, 2.5, false] } },
  });
  await session.expect('applied', 'A create with texts, lists and objects of any kind', PLACES.content, [
    accountLine('create', {
      ...unusual,
      content: { ...unusual.content, userName: `žofie.${session.prefix}@check.invalid` },
    }),
  ]);
  await session.expect('applied', 'A create without any attribute', PLACES.content, [
    accountLine('create', newAccount(session, { attributes: {} })),
  ]);
}

async function checkUnreadable(session: CheckSession): Promise<void> {
  const bodies = [
    ['a body that is not JSON', '{"tenantId": "'],
    ['a body without lines', JSON.stringify({ tenantId: session.tenantId, runId: session.prefix, atomic: false })],
    ['an empty body', ''],
  ] as const;
  for (const [what, body] of bodies) {
    const answer = await session.send({ method: 'POST', path: '/batches', body }, PLACES.badBody);
    if (answer.status === undefined || [400, 413, 422].includes(answer.status)) continue;
    const why = answer.status >= 500 ? ', since a 5xx is sent again and again' : '';
    session.found(PLACES.badBody, `POST /batches with ${what} was answered ${statusText(answer)}; expected 400${why}.`);
  }
}

/** Members that a later version of the document may have. */
async function checkAdditions(session: CheckSession): Promise<void> {
  const account = newAccount(session);
  const request = session.batch(session.keyed([accountLine('create', account)]));
  const body = request.body?.replace('"subject"', '"addedLater":{"a":1},"subject"').replace('{', '{"addedLater":true,');
  const answer = await session.send({ ...request, ...(body === undefined ? {} : { body }) }, PLACES.batches);
  if (answer.status === undefined || answer.status === 200) return;
  const what = 'POST /batches with members that the document does not have yet';
  session.found(PLACES.batches, `${what} was answered ${statusText(answer)}; expected 200.`);
}

/** As many large lines as the backend says that it takes; 413 is an answer, and smaller batches follow. */
async function checkLarge(session: CheckSession): Promise<void> {
  const size = Math.min(session.capabilities.maxBatchSize, 100);
  const lines = Array.from({ length: size }, () =>
    accountLine('create', newAccount(session, { attributes: { displayName: 'x'.repeat(LARGE) } })),
  );
  const keyed = session.keyed(lines);
  const answer = await session.send(session.batch(keyed), PLACES.lines);
  if (answer.status === undefined || answer.status === 413) return;
  if (answer.status !== 200) {
    const what = `POST /batches with ${size} lines of ${LARGE / 1_000} kB`;
    session.found(PLACES.lines, `${what} was answered ${statusText(answer)}; expected 200, or 413.`);
    return;
  }
  const what = 'A line of a batch as large as maxBatchSize allows';
  session.compare('applied', what, PLACES.lines, await session.deliver(keyed));
}
