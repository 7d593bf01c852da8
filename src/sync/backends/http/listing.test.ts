import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../protocol/json.js';
import { usePageSizesOfServer } from '../../../testing/page-sizes.fixture.js';
import { BackendUnavailable } from '../../backend.js';
import { impatientBackend, startScriptedBackend, type ScriptedBackend } from './scripted-backend.fixture.js';

let backend: ScriptedBackend | undefined;
afterEach(() => backend?.close());

/** What is listed of accounts by a backend that answers so, page by page. */
async function listed(pages: readonly unknown[]): Promise<readonly string[]> {
  let count = 0;
  backend = await startScriptedBackend(({ path }) => {
    if (path !== '/listings') return undefined;
    count += 1;
    return { body: pages[Math.min(count, pages.length) - 1] };
  });
  const ids: string[] = [];
  for await (const page of impatientBackend(backend.url).listResources('t', 'User')) {
    ids.push(...page.map(({ scimId }) => scimId));
  }
  return ids;
}

const item = (scimId: unknown, given: JsonObject = {}) => ({
  subject: 'account',
  scimId,
  content: { userName: 'x', active: true, attributes: {} },
  ...given,
});

describe('a listing over HTTP', () => {
  it('asks for the page behind each page', async () => {
    usePageSizesOfServer();
    expect(
      await listed([
        { items: [item('a'), item('b')], next: 'b' },
        { items: [item('c')], next: null },
      ]),
    ).toEqual(['a', 'b', 'c']);
    const bodies = backend?.received
      .filter(({ path }) => path === '/listings')
      .map(({ text }) => JSON.parse(text) as unknown);
    const asked = { tenantId: 't', subject: 'account', limit: 200 };
    expect(bodies).toEqual([
      { ...asked, after: null },
      { ...asked, after: 'b' },
    ]);
  });

  it.each<[string, readonly unknown[]]>([
    ['is out of order', [{ items: [item('b'), item('a')], next: null }]],
    ['never ends', [{ items: [item('a')], next: 'a' }]],
    ['has a page without items that is not the last one', [{ items: [], next: 'a' }]],
    ['has no list', [{ next: null }]],
    ['has an account without a SCIM id', [{ items: [item(7)], next: null }]],
    ['has an account without content', [{ items: [item('a', { content: null })], next: null }]],
    [
      'has an account that is neither active nor not',
      [{ items: [item('a', { content: { userName: 'x', attributes: {} } })], next: null }],
    ],
    ['goes on at no place', [{ items: [item('a')], next: 7 }]],
  ])('that %s is no listing', async (_, pages) => {
    await expect(listed(pages)).rejects.toThrow(BackendUnavailable);
  });
});
