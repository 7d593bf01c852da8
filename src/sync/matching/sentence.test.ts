import { describe, expect, it } from 'vitest';
import { matchingSentence } from './sentence.js';

const HASHES = 'To find what it has already, the backend was sent 1,000 keyed hashes of names; no name was sent.';
const NOT_ASKED =
  'The backend was not asked whether it has 1 new account or group already: ' +
  'the policy does not allow what it can compare (sync policy --matching).';

describe('what a plan says was sent while it was made', () => {
  it.each([
    ['hashes', { sent: 'hashes', asked: 1_000, notAsked: 0 }, HASHES],
    ['nothing', { sent: 'nothing', asked: 0, notAsked: 1 }, NOT_ASKED],
    ['hashes, and nothing of one', { sent: 'hashes', asked: 1_000, notAsked: 1 }, `${HASHES} ${NOT_ASKED}`],
  ] as const)('is %s', (_case, matching, sentence) => {
    expect(matchingSentence({ matching })).toBe(sentence);
  });
});
