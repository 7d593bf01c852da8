import { describe, expect, it } from 'vitest';
import { backendText, isSameBackend, type BackendIdentity } from './mirror.js';

const at = (address: string, id?: string): BackendIdentity => ({
  kind: 'http',
  address,
  ...(id === undefined ? {} : { id }),
});

describe('a backend', () => {
  it.each<[string, BackendIdentity, BackendIdentity, boolean]>([
    ['without a name at the same address is the same', at('a'), at('a'), true],
    ['without a name at another address is another', at('a'), at('b'), false],
    ['with the same name may move', at('a', 'prod'), at('b', 'prod'), true],
    ['with another name at the same address is another', at('a', 'prod'), at('a', 'test'), false],
    ['that has lost its name is another', at('a', 'prod'), at('a'), false],
    ['that had no name may take one', at('a'), at('a', 'prod'), true],
    ['of another kind is another', at('a'), { kind: 'file', address: 'a' }, false],
  ])('%s', (_, known, now, same) => {
    expect(isSameBackend(known, now)).toBe(same);
  });

  it('is shown with its kind, its address and its name', () => {
    expect([backendText(at('https://x')), backendText(at('https://x', 'prod'))]).toEqual([
      'http https://x',
      'http https://x (prod)',
    ]);
  });
});
