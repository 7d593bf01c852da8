import { expect, it } from 'vitest';
import { renderMarkdown } from './markdown.js';
import { slugs } from './slug.js';

it('takes the first heading for the title, and makes sections of those below it', () => {
  const { title, html, headings } = renderMarkdown('# The `title`\n\nFirst.\n\n## One\n\nText.\n\n### Inner\n\n## Two');
  expect(title).toBe('The title');
  expect(
    html
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace('\n', '')),
  ).toEqual([
    '<p>First.</p>',
    '<section><h2 id="one">One</h2>',
    '<p>Text.</p>',
    '<h3 id="inner">Inner</h3>',
    '</section>',
    '<section><h2 id="two">Two</h2>',
    '</section>',
  ]);
  expect(headings.map(({ level, id }) => [level, id])).toEqual([
    [2, 'one'],
    [3, 'inner'],
    [2, 'two'],
  ]);
});

it.each([
  ['What happens when', 'what-happens-when'],
  ['`PUT /tenants/{id}`, twice', 'put-tenantsid-twice'],
  ['1.1.0', '110'],
  ['Größe', 'größe'],
])('the id of the heading %j is %s, as on GitHub', (heading, id) => {
  expect(slugs()(heading.replaceAll('`', ''))).toBe(id);
});

it('numbers headings that come again', () => {
  const slug = slugs();
  expect([slug('Errors'), slug('Errors'), slug('Errors')]).toEqual(['errors', 'errors-1', 'errors-2']);
});

it.each(['<script>alert(1)</script>', 'a <img src=x onerror=alert(1)> b', '[x](javascript:alert(1))'])(
  'passes no HTML or script on: %s',
  (text) => {
    expect(renderMarkdown(text).html).not.toMatch(/<script|<img|href="javascript/u);
  },
);

it('leaves the words of a link that leads nowhere, and follows the others', () => {
  const links = {
    link: (href: string) => (href === 'a.md' ? '/docs/a' : undefined),
    image: (src: string) => `/x/${src}`,
  };
  expect(renderMarkdown('[A](a.md), [the source](../src) and [B](b.md) ![Fig](f.svg)', links).html.trim()).toBe(
    '<p><a href="/docs/a">A</a>, <span>the source</span> and <span>B</span> <img src="/x/f.svg" alt="Fig"></p>',
  );
});

it('gives cells the names of their columns, and a corner without a name none', () => {
  const { html } = renderMarkdown('| | `legacy` |\n| --- | --- |\n| op | Add |');
  expect(html).toContain('<td role="cell"></td>\n<th role="columnheader"><code>legacy</code></th>');
  expect(html).toContain('<td role="cell" data-label="">op</td>\n<td role="cell" data-label="legacy">Add</td>');
});

it('aligns cells by a class', () => {
  const { html } = renderMarkdown('| a | b |\n| --- | ---: |\n| 1 | 2 |');
  expect(html).toContain('<td role="cell" data-label="a">1</td>\n<td role="cell" class="end" data-label="b">2</td>');
  expect(html).not.toContain('style');
});
