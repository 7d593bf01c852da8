import { afterEach, describe, expect, it } from 'vitest';
import { BackendUnavailable } from '../../backend.js';
import {
  allApplied,
  batchOf,
  impatientBackend,
  type Received,
  type Scripted,
  type ScriptedBackend,
  SECRET,
  startScriptedBackend,
} from './scripted-backend.fixture.js';

const NEVER = new AbortController().signal;

let backend: ScriptedBackend | undefined;
afterEach(() => backend?.close());

/** Starts a backend that answers batches so; their number is counted from 0. */
async function answering(script: (batch: Received, count: number) => Scripted | undefined): Promise<ScriptedBackend> {
  let count = 0;
  backend = await startScriptedBackend((request) => {
    if (request.path !== '/batches') return undefined;
    count += 1;
    return script(request, count - 1);
  });
  return backend;
}

/** What a backend may say, and too much white space behind it. */
const LARGE = `{"outcomes":[{"key":"p:2","state":"applied"}]}${' '.repeat(5_300_000)}`;

/** Such as `applied`, or `failed: There is no license left.` */
async function outcomes(url: string, count: number, given = {}): Promise<readonly string[]> {
  const delivered = await impatientBackend(url).deliver(batchOf(count, given), NEVER);
  const sorted = [...delivered].sort((a, b) => Number(a.key.slice(2)) - Number(b.key.slice(2)));
  return sorted.map((one) => (one.state === 'applied' ? 'applied' : `${one.state}: ${one.detail}`));
}

describe('a batch', () => {
  it('is signed, and says what the backend is to have', async () => {
    const { url, batches } = await answering(() => undefined);
    expect(await impatientBackend(url).deliver(batchOf(1), NEVER)).toEqual([
      { key: 'p:1', state: 'applied', accountId: 'account-p:1' },
    ]);
    const [batch] = batches();
    expect(batch?.signed).toBe(true);
    expect(JSON.parse(batch?.text ?? '')).toEqual({
      tenantId: 't',
      runId: 'r',
      atomic: false,
      lines: [
        {
          key: 'p:1',
          subject: 'account',
          op: 'create',
          scimId: 'user1',
          content: { userName: 'user1', active: true, attributes: {} },
          changes: [],
        },
      ],
    });
  });

  it('is signed with each secret, so that the backend can be given another without a gap', async () => {
    const { url, batches } = await answering(() => undefined);
    const another = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    await impatientBackend(url, { secret: `${another} ${SECRET}` }).deliver(batchOf(1), NEVER);
    await impatientBackend(url, { secret: another }).deliver(batchOf(1), NEVER);
    expect(batches().map(({ signed }) => signed)).toEqual([true, false]);
  });

  it.each<[string, Scripted]>([
    ['500', { status: 500 }],
    ['503', { status: 503 }],
    ['429', { status: 429 }],
    ['408', { status: 408 }],
    ['no answer in time', 'hang'],
    ['a broken connection', 'cut'],
    ['something that is not JSON', { body: '<html>' }],
    ['JSON that is not what the document says', { body: ['applied'] }],
    ['more than 5 MB', { body: LARGE }],
  ])('is sent again after %s, with the same id and a signature of its own', async (_, fault) => {
    const { url, batches } = await answering((__, count) => (count < 2 ? fault : undefined));
    expect(await outcomes(url, 2)).toEqual(['applied', 'applied']);
    expect(batches().map(({ signed }) => signed)).toEqual([true, true, true]);
    expect(new Set(batches().map(({ headers, text }) => `${String(headers['webhook-id'])} ${text}`)).size).toBe(1);
  });

  it.each<[string, () => string]>([
    ['as seconds', () => '1'],
    ['as a date', () => new Date(Date.now() + 2_000).toUTCString()],
  ])('waits as long as Retry-After says, %s', async (_, header) => {
    const { url, batches } = await answering((__, count) =>
      count === 0 ? { status: 503, headers: { 'retry-after': header() } } : undefined,
    );
    expect(await outcomes(url, 1)).toEqual(['applied']);
    const [first, second] = batches();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('is sent nowhere else, with its signature, where the backend redirects it', async () => {
    const elsewhere = await startScriptedBackend();
    const headers = { location: `${elsewhere.url}/batches` };
    const { url } = await answering(() => ({ status: 307, headers }));
    await expect(outcomes(url, 1)).rejects.toBeInstanceOf(BackendUnavailable);
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  it('takes as few lines as the backend can take', async () => {
    backend = await startScriptedBackend(({ path }) =>
      path === '/capabilities' ? { body: { atomicBatches: false, maxBatchSize: 2 } } : undefined,
    );
    expect(await outcomes(backend.url, 5)).toEqual(Array.from({ length: 5 }, () => 'applied'));
    expect(backend.batches().map(({ keys }) => keys.length)).toEqual([2, 2, 1]);
    expect(await outcomes(backend.url, 3, { atomic: true })).toEqual(
      Array.from(
        { length: 3 },
        () => 'failed: This line must be applied together with others, and the backend accepts only 2 at a time.',
      ),
    );
  });

  it('ends at once when the run is interrupted, also in a pause', async () => {
    const { url, batches } = await answering(() => ({ status: 503, headers: { 'retry-after': '60' } }));
    const broken = new AbortController();
    const delivered = impatientBackend(url).deliver(batchOf(1), broken.signal);
    await expect.poll(() => batches().length).toBe(1);
    broken.abort(new Error('interrupted'));
    await expect(delivered).rejects.toThrow('interrupted');
  });
});

describe('the outcomes of a batch', () => {
  const settled = (batch: Received, states: Readonly<Record<string, object>>): Scripted => ({
    body: { outcomes: batch.keys.flatMap((key) => (states[key] === undefined ? [] : [{ key, ...states[key] }])) },
  });

  it('are each line by itself, with what the backend says in one line of bounded length', async () => {
    const { url } = await answering((batch) =>
      settled(batch, {
        'p:1': { state: 'applied' },
        'p:2': { state: 'failed', detail: `No\nlicense\u0000left ${'x'.repeat(600)}` },
        'p:3': { state: 'failed' },
      }),
    );
    const [first, second, third] = await outcomes(url, 3);
    expect([first, third]).toEqual(['applied', 'failed: The backend gave no reason.']);
    expect(second).toMatch(/^failed: No license left x{400,}$/u);
    expect(second?.length).toBeLessThanOrEqual(510);
  });

  it('that are missing, to be repeated or not understood are asked for again, those alone', async () => {
    const { url, batches } = await answering((batch, count) =>
      count > 0
        ? undefined
        : settled(batch, {
            'p:1': { state: 'applied' },
            'p:3': { state: 'retry' },
            'p:4': { state: 'done' },
            'p:5': { state: 'applied', accountId: 7 },
          }),
    );
    expect(await outcomes(url, 5)).toEqual(Array.from({ length: 5 }, () => 'applied'));
    expect(batches().map(({ keys }) => keys.join())).toEqual(['p:1,p:2,p:3,p:4,p:5', 'p:2,p:3,p:4,p:5']);
  });

  it('of an atomic batch are asked for again together', async () => {
    const { url, batches } = await answering((batch, count) =>
      count > 0 ? undefined : settled(batch, { 'p:1': { state: 'applied' } }),
    );
    expect(await outcomes(url, 2, { atomic: true })).toEqual(['applied', 'applied']);
    expect(batches().map(({ keys }) => keys.join())).toEqual(['p:1,p:2', 'p:1,p:2']);
  });

  it('that the backend keeps putting off are failures in the end; those that never come are not known', async () => {
    const { url, batches } = await answering((batch) =>
      settled(batch, { 'p:1': { state: 'retry', detail: 'Being rebuilt.' }, 'p:2': { state: 'applied' } }),
    );
    expect(await outcomes(url, 3)).toEqual([
      'failed: Sent 3 times without an outcome: Being rebuilt.',
      'applied',
      expect.stringMatching(/^unknown: Sent \d+ times without an outcome: the backend said nothing of it\.$/u),
    ]);
    expect(batches().every(({ keys }) => keys.every((key) => ['p:1', 'p:2', 'p:3'].includes(key)))).toBe(true);
  });

  it.each<[string, Scripted]>([
    ['something that is not JSON', { body: '<html>' }],
    ['JSON that is not what the document says', { body: ['applied'] }],
    ['half of it', 'half'],
    ['more than 5 MB', { body: LARGE }],
    ['nothing that can be understood', { body: { outcomes: [{ key: 'p:2', state: 'done' }] } }],
  ])('of a line that the backend answers with %s is not known, and that of the others is', async (_, fault) => {
    const { url, batches } = await answering(({ keys }) => (keys.includes('p:2') ? fault : undefined));
    const [first, second, third] = await outcomes(url, 3, {});
    expect([first, third]).toEqual(['applied', 'applied']);
    expect(second).toMatch(/^unknown: /u);
    // It is asked for until it is given up, under its key.
    expect(batches().filter(({ keys }) => keys.join() === 'p:2').length).toBeGreaterThan(1);
  });

  it('that are cut off are asked for again under the same key, until they can be read', async () => {
    const { url, batches } = await answering((_, count) => (count < 5 ? 'half' : undefined));
    const http = impatientBackend(url, { giveUpMs: 20_000 });
    expect(await http.deliver(batchOf(1), NEVER)).toMatchObject([{ state: 'applied' }]);
    expect(new Set(batches().flatMap(({ keys }) => keys))).toEqual(new Set(['p:1']));
    expect(batches()).toHaveLength(6);
  });

  it('for keys that were not asked for are ignored', async () => {
    const { url } = await answering(({ keys }) => allApplied({ keys: ['p:99', '__proto__', ...keys].map(String) }));
    expect(await outcomes(url, 1)).toEqual(['applied']);
  });
});

describe('a line that the backend cannot take', () => {
  it.each<[string, Scripted, string]>([
    ['answers 400 to', { status: 400, body: { detail: 'Which op?' } }, 'The backend answered 400: Which op?'],
    ['answers 422 to', { status: 422 }, 'The backend answered 422.'],
    ['fails at', { status: 500, body: { detail: 'Null.' } }, 'The backend answered 500: Null.'],
    ['never answers', 'hang', 'The backend did not answer within 200 ms.'],
  ])('(it %s it) is the only one that fails', async (_, fault, reason) => {
    const { url } = await answering(({ keys }) => (keys.includes('p:2') ? fault : undefined));
    expect(await outcomes(url, 5)).toEqual(['applied', `failed: ${reason}`, 'applied', 'applied', 'applied']);
  });

  it('takes the others of an atomic batch with it', async () => {
    const { url } = await answering(() => ({ status: 413 }));
    expect(await outcomes(url, 2, { atomic: true })).toEqual([
      'failed: The backend answered 413.',
      'failed: The backend answered 413.',
    ]);
  });
});

describe('matches', () => {
  const question = (scimId: string) =>
    ({ type: 'User', scimId, content: { name: `${scimId}@x`, active: true, attributes: {} } }) as const;

  const asked = async (items: unknown) => {
    backend = await startScriptedBackend(({ path }) => (path === '/matches' ? { body: { items } } : undefined));
    return impatientBackend(backend.url).match('t', [question('a'), question('b')], 'names');
  };

  it('are what the backend has, by SCIM id, of what was asked for', async () => {
    const hints = { email: 'a@x\n', displayName: 'A', secret: 'x' };
    const found = await asked([
      { scimId: 'a', matches: [{ accountId: '7', by: 'name', hints }] },
      { scimId: 'z', matches: [{ accountId: '8', by: 'scimId' }] },
    ]);
    expect([...found]).toEqual([['a', [{ accountId: '7', by: 'name', hints: { email: 'a@x', displayName: 'A' } }]]]);
  });

  it.each<[string, unknown]>([
    ['no list', { a: [] }],
    ['a match without an account', [{ scimId: 'a', matches: [{ by: 'name' }] }]],
    ['an id of 201 characters', [{ scimId: 'a', matches: [{ accountId: 'x'.repeat(201), by: 'name' }] }]],
    ['an unknown way of matching', [{ scimId: 'a', matches: [{ accountId: '7', by: 'email' }] }]],
  ])('that are not understood (%s) are no matches at all, nor none', async (_, items) => {
    await expect(asked(items)).rejects.toThrow(BackendUnavailable);
  });
});
