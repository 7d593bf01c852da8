import { expect, it } from 'vitest';
import { docsOfCheckout } from '../../testing/docs/docs-of-checkout.js';
import { search, type Entry } from './search.js';

const entry = (title: string, text: string): Entry => ({ page: title, anchor: '', title, text });

const docs = docsOfCheckout();

const BOOK = [entry('Tokens', 'Revoke a token.'), entry('Groups', 'A token is no group.'), entry('Other', 'Nothing.')];

it('finds the parts that have every word, in any case, those with a word in the title first', () => {
  expect(search(BOOK, 'TOKEN').map(({ entry: { title } }) => title)).toEqual(['Tokens', 'Groups']);
  expect(search(BOOK, 'token group').map(({ entry: { title } }) => title)).toEqual(['Groups']);
  expect(search(BOOK, 'token absent')).toEqual([]);
  expect(search(BOOK, ' "" ')).toEqual([]);
});

it('shows what stands around the first word, with the words apart', () => {
  const long = entry('Long', `${'before '.repeat(40)}the quarantine and ${'after '.repeat(60)}`);
  const [hit] = search([long], 'quarantine the');
  expect(hit?.excerpt.filter((_piece, index) => index % 2 === 1)).toEqual(['the', 'quarantine']);
  expect(hit?.excerpt.join('')).toMatch(/^… before .* after .* …$/u);
  expect(hit?.excerpt.join('').length).toBeLessThan(260);
});

it.each([
  ['MAX_FILTER_TERMS', 'operating'],
  ['quarantine', 'entra'],
  ['create a user', 'reference/scim/createUser'],
  ['employeeNumber', 'reference/scim/createUser'],
  ['grace period', 'glossary'],
])('the docs are found by %s: %s is among them', async (words, page) => {
  expect(search(await docs.entries(), words).map((hit) => hit.entry.page)).toContain(page);
});
