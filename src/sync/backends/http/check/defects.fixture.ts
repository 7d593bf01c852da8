import type { Defect, Passing } from './defective-backend.fixture.js';
import { type Place, PLACES } from './places.js';

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

/** Each in words, with the part of the check that finds it, the place that it names, and the defect. */
export const DEFECTS: readonly (readonly [string, string, Place, Defect])[] = [
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
