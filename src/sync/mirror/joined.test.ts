import { expect, it } from 'vitest';
import { joined } from './joined.js';

async function* pages(...all: readonly string[]): AsyncGenerator<readonly string[]> {
  for (const page of all) yield await Promise.resolve(page === '' ? [] : page.split(''));
}

const keyOf = (item: string): string => item;

it.each<[string, readonly string[], readonly string[], readonly string[]]>([
  ['of which one is empty', [], ['ab'], ['-a', '-b']],
  ['that are both empty', [''], [], []],
  ['with empty pages in between', ['a', '', 'c'], ['', 'b', 'c'], ['a-', '-b', 'cc']],
  ['of which one ends early', ['ab'], ['a', 'b', 'c', 'd'], ['aa', 'bb', '-c', '-d']],
])('two lists %s are merged by their keys', async (_, left, right, expected) => {
  const merged: string[] = [];
  for await (const piece of joined({ pages: pages(...left), keyOf }, { pages: pages(...right), keyOf })) {
    merged.push(...piece.map((one) => `${one.left ?? '-'}${one.right ?? '-'}`));
  }
  expect(merged).toEqual(expected);
});
