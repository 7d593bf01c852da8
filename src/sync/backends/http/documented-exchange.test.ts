import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DefectiveBackend } from './check/defective-backend.fixture.js';
import { exchange } from './check/exchange.js';
import { BackendContract } from './contract.fixture.js';
import { hashRequests } from './name-hashes.js';
import { SECRET } from './scripted-backend.fixture.js';

const PAGE = readFileSync(new URL('../../../../docs/backend-integration.md', import.meta.url), 'utf8');

/** The requests of the page and their answers, in turn. */
const BLOCKS = [...PAGE.matchAll(/```json\n(\S+(?: \S+)?)\n([\s\S]*?)```/gu)].map(([, head = '', body = '']) => ({
  head,
  body,
}));

const backend = new DefectiveBackend();
beforeAll(() => backend.start());
afterAll(() => backend.close());

/** Ids of a backend are its own. */
const withoutIds = (text: string): unknown =>
  JSON.parse(text, (name, value: unknown) => (name === 'accountId' ? 'an id' : value));

it('the exchange in docs/backend-integration.md is what the document says, and what the example receiver answers', async () => {
  const contract = new BackendContract();
  expect(BLOCKS.map(({ head }) => head)).toEqual([
    'POST /matches',
    '200',
    'POST /batches',
    '200',
    'POST /batches',
    '200',
  ]);
  for (let at = 0; at < BLOCKS.length; at += 2) {
    const [request, answer] = [BLOCKS[at], BLOCKS[at + 1]];
    if (request === undefined || answer === undefined) throw new Error('a request without an answer');
    expect(contract.faults(request.head, request.body, 200, answer.body)).toEqual([]);
    const path = request.head.replace('POST ', '');
    const came = await exchange(
      { url: backend.url, secret: SECRET, timeoutMs: 5_000 },
      { method: 'POST', path, body: request.body },
    );
    expect(came).toMatchObject({ status: 200 });
    if (came.status !== undefined) expect(withoutIds(came.text)).toEqual(withoutIds(answer.body));
  }
});

it('the hash in it is that of the secret in openapi/backend.yaml', () => {
  const body = JSON.parse(BLOCKS[0]?.body ?? '') as ReturnType<ReturnType<typeof hashRequests>>;
  const [item] = hashRequests('whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX')(body.tenantId, [
    {
      type: 'User',
      scimId: body.items[0]?.scimId ?? '',
      content: { name: 'mira@contoso.example', active: true, attributes: {} },
    },
  ]).items;
  expect(body.items).toEqual([item]);
});
