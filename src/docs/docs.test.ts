import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docsOfCheckout } from '../testing/docs/docs-of-checkout.js';
import { CHECKOUT, readDocuments } from '../testing/docs/read-documents.js';
import { writeDocs } from '../testing/docs/write.js';
import { createDocs } from './docs.js';
import { operationsOf } from './reference/operation.js';

const docs = docsOfCheckout();
const pages = new Map(docs.ids.map((id) => [id, docs.page(id) ?? '']));

/** As HTML shows a text. */
const shown = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const linksIn = (html: string): readonly string[] =>
  [...html.matchAll(/(?:href|src|action)="([^"]*)"/gu)].map(([, link]) => (link ?? '').replaceAll('&amp;', '&'));

const idsIn = (html: string): readonly string[] => [...html.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id ?? '');

describe('the docs', () => {
  it('have a page for every file in docs/', async () => {
    const files = (await readdir('docs', { recursive: true })).filter((file) => file.endsWith('.md'));
    expect(files.length).toBeGreaterThan(15);
    const ids = files.map((file) => file.replace(/(?:^index|\/README)?\.md$/u, ''));
    expect(ids.filter((id) => !pages.has(id))).toEqual([]);
  });

  it('have each page in the navigation, or linked by the page above it', () => {
    const first = linksIn(pages.get('') ?? '');
    const unreached = docs.ids.filter((id) => {
      const above = pages.get(id.split('/').slice(0, -1).join('/')) ?? '';
      return id !== '' && !first.includes(`/docs/${id}`) && !linksIn(above).includes(`/docs/${id}`);
    });
    expect(unreached).toEqual([]);
  });

  it('use no id twice on a page', () => {
    const twice = [...pages].flatMap(([id, html]) =>
      idsIn(html)
        .filter((one, index, all) => all.indexOf(one) !== index)
        .map((one) => `${id}#${one}`),
    );
    expect(twice).toEqual([]);
  });

  it('have no script and no style of their own in the HTML, which the Content-Security-Policy refuses', () => {
    const refused = [...pages].filter(([, html]) => /<script| style="| on[a-z]{3,20}="/u.test(html)).map(([id]) => id);
    expect(refused).toEqual([]);
  });

  it('link to nothing of their own that is not there', () => {
    const wrong: string[] = [];
    for (const [id, html] of pages) {
      for (const link of linksIn(html)) {
        const [path = '', anchor] = link.split('#');
        if (!path.startsWith('/docs') && path !== '') continue;
        const target = path === '' ? id : path.replace(/^\/docs\/?/u, '');
        const page = pages.get(target);
        const isFile = /^(?:search|try\/|[\w/-]+\.(?:css|svg|png)$)/u.test(target);
        if (page === undefined ? !isFile : anchor !== undefined && !idsIn(page).includes(anchor)) {
          if (!['#main', '#contents'].includes(link)) wrong.push(`${id}: ${link}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe.each(readDocuments())('the reference of $name', (document) => {
  const operations = operationsOf(document);

  it('shows every operation with its parameters, answers, errors, examples and a line for curl', () => {
    expect(operations.length).toBeGreaterThan(3);
    for (const { id, path, method, parameters, bodies, responses, summary } of operations) {
      const html = pages.get(`reference/${document.name}/${id}`) ?? '';
      const examples = [...bodies, ...responses.flatMap(({ contents }) => contents)].flatMap((one) => one.examples);
      const words = [
        ...[`<h1>${shown(summary)}</h1>`, `>${method}</strong> <code>${shown(path)}</code>`, '<code>curl'],
        ...parameters.map(({ name }) => `<code class="name">${name}</code>`),
        ...responses.map(({ status }) => `<h3 id="answer-${status}">`),
        ...examples.map((example) => shown(example.summary)),
      ];
      expect([id, words.filter((word) => !html.includes(word))]).toEqual([id, []]);
    }
  });
});

it('there is a reference where a server was installed without its guides', () => {
  const root = new URL('nowhere/', CHECKOUT);
  const bare = createDocs({ documents: readDocuments(), origin: 'https://scim.example.com', root });
  expect(bare.page('reference/scim')).toContain('href="/docs/reference/scim/createUser"');
  expect([bare.page(''), bare.page('entra')]).toEqual([undefined, undefined]);
});

it('a page shows the schema of a body with what is nested in it', () => {
  const html = pages.get('reference/scim/createUser') ?? '';
  const at = (text: string): number => html.indexOf(text);
  expect(at('<code class="name">emails</code>')).toBeGreaterThan(0);
  expect(at('<code class="name">employeeNumber</code>')).toBeGreaterThan(at('enterprise:2.0:User</code>'));
  expect(html).toContain('string, or null; at most 512 characters');
});

describe('the folder of files that make docs writes', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-docs-'));
    await writeDocs(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has the same pages, and its links lead to files in it, wherever it lies', async () => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.html'));
    expect(files.length).toBe(docs.ids.length + 1);
    const wrong: string[] = [];
    for (const file of files) {
      for (const link of linksIn(await readFile(join(folder, file), 'utf8'))) {
        const [path = ''] = link.split('#');
        if (path === '' || path.startsWith('https://')) continue;
        const target = join(folder, posix.join(posix.dirname(file), path));
        const isThere = !path.startsWith('/') && (await stat(target).catch(() => undefined))?.isFile() === true;
        if (!isThere) wrong.push(`${file}: ${link}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
