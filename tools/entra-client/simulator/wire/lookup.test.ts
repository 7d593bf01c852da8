import { expect, it } from 'vitest';
import { lookupPath } from './lookup.js';

it.each([
  ['userName', 'ada@contoso.example', 'userName+eq+%22ada%40contoso.example%22'],
  ['userName', "O'Hara", 'userName+eq+%22O%27Hara%22'],
  [
    'displayName',
    'R&D: a/b, c;d? [x] #1 = $5+',
    'displayName+eq+%22R%26D%3a+a%2fb%2c+c%3bd%3f+%5bx%5d+%231+%3d+%245%2b%22',
  ],
  ['displayName', 'All (nearly)! *', 'displayName+eq+%22All+(nearly)!+*%22'],
  ['displayName', 'Zürich', 'displayName+eq+%22Z%C3%BCrich%22'],
  ['displayName', 'a "quote"', 'displayName+eq+%22a+%22quote%22%22'],
  ['emails[type eq "work"].value', 'a', 'emails%5btype+eq+%22work%22%5d.value+eq+%22a%22'],
])('a lookup of %s for %s is encoded as Microsoft’s library does', (attribute, value, filter) => {
  expect(lookupPath('/Users', attribute, value)).toBe(`/Users?filter=${filter}`);
});

it('a lookup of groups leaves the members out', () => {
  expect(lookupPath('/Groups', 'displayName', 'A')).toBe(
    '/Groups?excludedAttributes=members&filter=displayName+eq+%22A%22',
  );
});
