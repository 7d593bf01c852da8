import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET } from '../scripted-backend.fixture.js';
import { CHECK_PARTS, checkBackend } from './check.js';
import { type Defect, DefectiveBackend } from './defective-backend.fixture.js';
import { DEFECTS } from './defects.fixture.js';
import { PLACES } from './places.js';

const backend = new DefectiveBackend();
beforeAll(() => backend.start());
afterAll(() => backend.close());

async function check(defect: Defect, options: Parameters<typeof checkBackend>[1] = {}, timeoutMs = 5_000) {
  backend.defect = defect;
  return checkBackend({ url: backend.url, secret: SECRET, timeoutMs }, options);
}

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
    ) as Record<string, unknown>;
    for (const place of Object.values(PLACES)) {
      const steps = place
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/'));
      const found = steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
      expect([place, found]).toEqual([place, expect.anything()]);
    }
  });
});
