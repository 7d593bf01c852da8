import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET } from '../scripted-backend.fixture.js';
import { CHECK_PARTS, checkBackend } from './check.js';
import { DefectiveBackend, type Defect, type Passing } from './defects.fixture.js';
import { PLACES, type Place } from './places.js';

const backend = new DefectiveBackend();
beforeAll(() => backend.start());
afterAll(() => backend.close());

async function check(defect: Defect, options: Parameters<typeof checkBackend>[1] = {}, timeoutMs = 5_000) {
  backend.defect = defect;
  return checkBackend({ url: backend.url, secret: SECRET, timeoutMs }, options);
}

type Json = Record<string, unknown>;

const listOf = (body: Json, name: string): Json[] => body[name] as Json[];

/** The same body with other lines, items or outcomes. */
const each = (name: string, alter: (one: Json, body: Json) => Json) => (body: Json) =>
  Array.isArray(body[name]) ? { ...body, [name]: listOf(body, name).map((one) => alter(one, body)) } : body;

const batchesOnly = (alter: (body: Json) => unknown) => (body: Json, request: Passing) =>
  request.path === '/batches' ? alter(body) : body;

const ageOf = ({ headers }: Passing): number => Date.now() / 1_000 - Number(headers['webhook-timestamp']);

let times = 0;
/** A text that is another one each time. */
const another = (text: unknown): string => `${String(text)}~${(times += 1)}`;

const seen = new Map<string, string>();

const isOp = (line: Json, ...ops: string[]): boolean => ops.includes(String(line['op']));

const DEFECTS: readonly (readonly [string, string, Place, Defect])[] = [
  ['takes everything for signed', 'signatures', PLACES.signature, { trusts: () => true }],
  [
    'does not look how old a signature is',
    'signatures',
    PLACES.signature,
    { trusts: (request) => ageOf(request) > 400 },
  ],
  [
    'looks at the first signature only',
    'signatures',
    PLACES.signature,
    {
      instead: ({ headers }) =>
        headers['webhook-signature']?.includes(' ') === true ? { status: 401, body: '{}' } : undefined,
    },
  ],
  [
    'has capabilities that are none',
    'atomic',
    PLACES.capabilities,
    { answer: (body, { path }) => (path === '/capabilities' ? { atomicBatches: 'yes', maxBatchSize: 100 } : body) },
  ],
  ['answers with a page', 'groups', PLACES.batches, { answer: batchesOnly(() => '<html>') }],
  ['knows other states', 'groups', PLACES.batches, { answer: each('outcomes', (one) => ({ ...one, state: 'done' })) }],
  [
    'redirects',
    'groups',
    PLACES.batches,
    { instead: ({ path }) => (path === '/batches' ? { status: 302, body: '' } : undefined) },
  ],
  [
    'leaves out the last outcome',
    'groups',
    PLACES.batchAnswer,
    { answer: batchesOnly((body) => ({ outcomes: listOf(body, 'outcomes').slice(0, -1) })) },
  ],
  [
    'gives no reasons',
    'groups',
    PLACES.detail,
    { answer: each('outcomes', (one) => (one['state'] === 'failed' ? { ...one, detail: '' } : one)) },
  ],
  [
    'gives an account another id each time',
    'accounts',
    PLACES.accountId,
    {
      answer: each('outcomes', (one) => ('accountId' in one ? { ...one, accountId: another(one['accountId']) } : one)),
    },
  ],
  [
    'creates what is to be updated',
    'accounts',
    PLACES.op,
    {
      request: each('lines', (line) =>
        isOp(line, 'update', 'deactivate', 'reactivate') ? { ...line, op: 'create' } : line,
      ),
    },
  ],
  [
    'deletes nothing',
    'accounts',
    PLACES.op,
    { request: each('lines', (line) => (isOp(line, 'delete') ? { ...line, scimId: 'nobody' } : line)) },
  ],
  [
    'takes a userName twice',
    'accounts',
    PLACES.content,
    {
      request: each('lines', (line) =>
        isOp(line, 'create') && line['subject'] === 'account'
          ? { ...line, content: { ...(line['content'] as Json), userName: another('name') } }
          : line,
      ),
    },
  ],
  [
    'fails what is so already',
    'groups',
    PLACES.membership,
    {
      answer: (body, { body: request }) => {
        const removed = new Set(
          (Array.isArray(request?.['lines']) ? listOf(request, 'lines') : []).flatMap((one) =>
            isOp(one, 'remove') ? [one['key']] : [],
          ),
        );
        return each('outcomes', (one) =>
          removed.has(one['key']) ? { key: one['key'], state: 'failed', detail: 'No such member.' } : one,
        )(body);
      },
    },
  ],
  [
    'forgets keys',
    'keys',
    PLACES.key,
    {
      request: each('lines', (line) => ({ ...line, key: another(line['key']) })),
      answer: each('outcomes', (one) => ({ ...one, key: String(one['key']).split('~')[0] })),
    },
  ],
  [
    'takes the id of a request for a key',
    'keys',
    PLACES.webhookId,
    {
      instead: ({ headers, path }) => {
        const answer = seen.get(headers['webhook-id'] ?? '');
        return answer === undefined || path !== '/batches' ? undefined : { status: 200, body: answer };
      },
      answer: (body, { headers }) => {
        seen.set(headers['webhook-id'] ?? '', JSON.stringify(body));
        return body;
      },
    },
  ],
  [
    'takes an atomic batch in parts',
    'atomic',
    PLACES.atomic,
    { request: (body) => ('atomic' in body ? { ...body, atomic: false } : body) },
  ],
  [
    'breaks down at what it cannot read',
    'bodies',
    PLACES.badBody,
    {
      instead: ({ body, path }) =>
        body === undefined && path === '/batches' ? { status: 500, body: '{}' } : undefined,
    },
  ],
  [
    'takes what it cannot read for an empty batch',
    'bodies',
    PLACES.badBody,
    {
      instead: ({ body, path }) =>
        path === '/batches' && body?.['lines'] === undefined ? { status: 200, body: '{"outcomes": []}' } : undefined,
    },
  ],
  [
    'refuses what it does not know yet',
    'bodies',
    PLACES.batches,
    {
      instead: ({ body }) =>
        body?.['addedLater'] === true ? { status: 400, body: '{"detail":"addedLater"}' } : undefined,
    },
  ],
  [
    'refuses to be told what a tenant is called',
    'groups',
    PLACES.batches,
    {
      instead: ({ body }) =>
        body?.['tenant'] === undefined ? undefined : { status: 400, body: '{"detail":"tenant"}' },
    },
  ],
  [
    'breaks down at large bodies',
    'bodies',
    PLACES.lines,
    { instead: ({ text }) => (text.length > 500_000 ? { status: 500, body: '{}' } : undefined) },
  ],
  ['mixes tenants', 'tenants', PLACES.tenant, { request: (body) => ({ ...body, tenantId: 'all' }) }],
  [
    'finds nobody',
    'matches',
    PLACES.matchedBy,
    { answer: (body, { path }) => (path === '/matches' ? { items: [] } : body) },
  ],
  [
    'computes other hashes',
    'matches',
    PLACES.nameHashes,
    {
      request: each('items', (item) => ('nameHashes' in item ? { ...item, nameHashes: ['0'.repeat(64)] } : item)),
    },
  ],
  [
    'lists in an order of its own',
    'listings',
    PLACES.listings,
    { answer: (body, { path }) => (path === '/listings' ? { ...body, items: listOf(body, 'items').reverse() } : body) },
  ],
  [
    'ends a list after its first page',
    'listings',
    PLACES.listings,
    { answer: (body, { path }) => (path === '/listings' ? { ...body, next: null } : body) },
  ],
  [
    'does not keep lists of values',
    'listings',
    PLACES.listings,
    {
      answer: (body, { path }) =>
        path === '/listings' ? (JSON.parse(JSON.stringify(body).replaceAll('["a","b"]', '"a,b"')) as Json) : body,
    },
  ],
  [
    'has pages of any size',
    'listings',
    PLACES.limit,
    { request: (body) => ('limit' in body ? { ...body, limit: 400 } : body) },
  ],
];

describe('checking a backend', () => {
  it('finds nothing wrong with the example receiver, and leaves nothing behind', async () => {
    const { findings, requests } = await check({});
    expect(findings).toEqual([]);
    expect(requests).toBeGreaterThan(80);
    await check({}, { tenantId: 'a-company' });
    expect(await backend.count('a-company')).toBe(0);
  });

  it.each(DEFECTS)('finds that it %s', async (_, part, place, defect) => {
    const { findings } = await check(defect, { only: [part] });
    expect(findings.map((one) => one.place)).toContain(place);
    for (const { finding } of findings) expect(finding).toMatch(/\.$/u);
  });

  it('ends soon where nothing is answered any more, and says what was not', async () => {
    const { findings, requests } = await check(
      { instead: ({ path }) => (path === '/batches' ? 'hang' : undefined) },
      {},
      300,
    );
    const sentences = findings.map(({ finding }) => finding);
    expect(sentences).toContain('POST /batches was not answered: there was no answer within 300 ms.');
    expect(sentences.at(-1)).toMatch(
      /^The backend no longer answers; the rest was not checked, and what begins with flexwhere-check-\w{8} was not removed\.$/u,
    );
    expect(requests).toBeLessThan(12);
  });

  it('says once that an answer is too long', async () => {
    const { findings } = await check({ instead: () => ({ status: 200, body: ' '.repeat(5_300_000) }) });
    expect(findings.map(({ finding }) => finding)).toEqual([
      'GET /capabilities was not answered: The backend answered with more than 5 MB.',
    ]);
  });

  it('says that nobody is there', async () => {
    const { findings } = await checkBackend({ url: 'http://127.0.0.1:2', secret: SECRET, timeoutMs: 1_000 });
    expect(findings).toEqual([
      { finding: 'GET /capabilities was not answered: ECONNREFUSED.', place: PLACES.capabilities },
    ]);
  });

  it('does without what is optional', async () => {
    const { findings } = await check({
      answer: (body, { path }) => (path === '/capabilities' ? { atomicBatches: false, maxBatchSize: 3 } : body),
      instead: ({ path }) => (path === '/matches' || path === '/listings' ? { status: 404, body: '{}' } : undefined),
    });
    expect(findings).toEqual([]);
  });

  it('removes what it made when it is stopped', async () => {
    const { requests, unchecked } = await check({}, { tenantId: 'stopped', stop: AbortSignal.abort() });
    expect({ requests, unchecked }).toEqual({ requests: 1, unchecked: CHECK_PARTS });
    const stop = new AbortController();
    const ended = check({ answer: (body) => (stop.abort(), body) }, { tenantId: 'stopped', stop: stop.signal });
    expect((await ended).requests).toBeLessThan(20);
    expect(await backend.count('stopped')).toBe(0);
  });

  it('names places that the document has', () => {
    const document = JSON.parse(
      readFileSync(new URL('../../../../../generated/backend.json', import.meta.url), 'utf8'),
    ) as Json;
    for (const place of Object.values(PLACES)) {
      const steps = place
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/'));
      const found = steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], document);
      expect([place, found]).toEqual([place, expect.anything()]);
    }
  });
});
