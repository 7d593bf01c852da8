import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer } from './testing/server.fixture.js';

let server: TestServer;

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  server.send({ path, headers });

describe('the docs under /docs', () => {
  beforeAll(async () => {
    server = await startTestServer(sqliteStorage, { MAX_PATCH_OPERATIONS: '2' });
  });
  afterAll(() => server.stop());

  it.each(['/docs', '/docs/', '/docs/entra', '/docs/entra/', '/docs/reference/scim/patchUser'])(
    '%s is a page that runs no script and loads nothing from elsewhere',
    async (path) => {
      const { status, headers, text } = await get(path);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(text).not.toMatch(/<script| style="/u);
    },
  );

  it('a page that the reader has is not sent again', async () => {
    const { headers } = await get('/docs/entra');
    const etag = headers.etag ?? '';
    expect(headers['cache-control']).toBe('no-cache');
    const again = await get('/docs/entra', { 'If-None-Match': etag });
    expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
    expect((await get('/docs/operating', { 'If-None-Match': etag })).status).toBe(200);
    // A proxy that compresses makes the tag a weak one.
    expect((await get('/docs/entra', { 'If-None-Match': `"other", W/${etag}` })).status).toBe(304);
    expect((await get('/docs/nothing', { 'If-None-Match': '*' })).status).toBe(404);
  });

  it('says the limits that are configured, and the address under which this server is reached', async () => {
    const { text } = await get('/docs/reference/scim/patchUser');
    expect(text).toContain('at most 2 of them');
    expect(text).toContain('https://scim.flexwhere.example/scim/Users/$ID');
  });

  it('are searched without script; what is asked is shown as text', async () => {
    const found = await get(`/docs/search?q=${encodeURIComponent('MAX_FILTER_TERMS')}`);
    expect(found.text).toContain('<mark>MAX_FILTER_TERMS</mark>');
    const hostile = await get(`/docs/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(hostile.status).toBe(200);
    expect(hostile.text).not.toContain('<script');
    expect((await get(`/docs/search?q=${'x'.repeat(5_000)}`)).text).not.toContain('x'.repeat(201));
  });

  it.each([
    '/docs/nothing',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/docs/%zz',
    '/docs/%E0%A4%A/x',
    '/docs/__proto__',
    '/docs/docs.css/x',
  ])('%s is a page that says so, with 404', async (path) => {
    const { status, text } = await get(path);
    expect(status).toBe(404);
    if (path.startsWith('/docs/n')) expect(text).toContain('The docs have no page at this address');
  });

  it('have Swagger UI behind "Try it" alone, for the documents that this server answers', async () => {
    expect((await get('/docs/reference/scim/listUsers')).text).toContain('href="/docs/try/scim#/Users/listUsers"');
    expect((await get('/docs/reference/backend/findMatches')).text).not.toContain('/docs/try');
    const page = await get('/docs/try/scim');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'; style-src 'self' 'unsafe-inline'");
    for (const [, path = ''] of page.text.matchAll(/(?:src|href)="([^"]*)"/gu)) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    }
    expect((await get('/docs/try/backend')).status).toBe(404);
  });
});
