import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAttributePath } from '../attribute-path.js';
import { USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { parseFilter } from './parse-filter.js';
import { DEFAULT_FILTER_LIMITS } from './tree.js';
import { processorTime } from '../../testing/own-time.fixture.js';

const UNLIMITED = { length: Infinity, depth: 100, terms: Infinity };

function refusal(text: string, read: (text: string) => unknown = (filter) => parseFilter(filter, USER)): ScimError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('not refused');
}

/** Whether the work takes less than so many milliseconds of the processor, at the first or a later try. */
async function takesLessThan(limit: number, work: () => unknown): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) if ((await processorTime(work)) < limit) return true;
  return false;
}

describe('limits', () => {
  const terms = (count: number): string => Array.from({ length: count }, () => 'title pr').join(' or ');
  const nested = (open: string, close: string, depth: number): string =>
    `${open.repeat(depth)}title pr${close.repeat(depth)}`;
  const long = (length: number): string => `title eq "${'a'.repeat(length - 11)}"`;

  it.each([
    ['characters', long(10_000), long(10_001), '10000 is the limit'],
    ['levels of parentheses', nested('(', ')', 40), nested('(', ')', 41), 'deeper than 40 levels'],
    ['levels of not', nested('not (', ')', 40), nested('not (', ')', 41), 'deeper than 40 levels'],
    ['comparisons', terms(200), terms(201), 'more than 200 comparisons'],
    [
      'comparisons in value paths',
      `emails[${terms(100)}] and ${terms(100)}`,
      `emails[${terms(100)}] and ${terms(101)}`,
      'more than 200',
    ],
  ])('a filter has so many %s at most', (_, allowed, refused, limit) => {
    expect(() => parseFilter(allowed, USER)).not.toThrow();
    expect(refusal(refused)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(refused).message).toContain(limit);
  });

  it('brackets are levels as well', () => {
    const path = (depth: number): string => `emails[${nested('(', ')', depth)}]`;
    expect(() => parseAttributePath(path(39), USER)).not.toThrow();
    expect(refusal(path(40), (text) => parseAttributePath(text, USER)).message).toContain('deeper than 40 levels');
  });

  it('levels count while they are open only', () => {
    expect(() => parseFilter(Array.from({ length: 100 }, () => '(title pr)').join(' and '), USER)).not.toThrow();
  });

  it('are the operator’s to set', () => {
    expect(
      refusal('title pr', (text) => parseFilter(text, USER, { ...DEFAULT_FILTER_LIMITS, length: 7 })).message,
    ).toContain('7 is the limit');
  });
});

describe('hostile input is refused, and soon', () => {
  it.each([
    ['10,000 parentheses', '('.repeat(10_000)],
    ['10,000 brackets', '['.repeat(10_000)],
    ['10,000 closing brackets', `title pr${']'.repeat(9_990)}`],
    ['1 MB of text', 'a'.repeat(1_000_000)],
    ['1 MB of spaces', ' '.repeat(1_000_000)],
    ['an unterminated string', `title eq "${'\\"'.repeat(4_900)}`],
    ['colons', ':'.repeat(10_000)],
    ['colons of a URN', `urn${':'.repeat(9_900)} pr`],
    ['dots', '.'.repeat(10_000)],
    ['digits', `title eq ${'1'.repeat(9_900)}e`],
    ['a number that nearly ends', `title eq ${'0.'.repeat(4_900)}`],
    ['not', 'not '.repeat(2_500)],
    ['NUL', 'title\0pr'],
    ['SQL', "userName eq 'a' or 1=1; --"],
  ])('%s', async (_, text) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(text, (path) => parseAttributePath(path, USER)).status).toBe(400);
    expect(await takesLessThan(5, () => refusal(text))).toBe(true);
  });

  it('whatever the text is, the answer is a tree or a refusal', () => {
    const pieces = fc.constantFrom(
      'title',
      ' ',
      'eq',
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      'and',
      'not',
      '.',
      ':',
      'urn:',
      '1',
      'é',
      '\uD800',
      'emails',
      'pr',
      '\0',
      '$ref',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          const answers = (read: () => unknown): boolean => {
            try {
              return typeof read() === 'object';
            } catch (error) {
              return error instanceof ScimError && error.status === 400;
            }
          };
          return answers(() => parseFilter(text, USER)) && answers(() => parseAttributePath(text, USER));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('whatever a JSON string holds, it is read as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        (text) => {
          expect(parseFilter(`externalId eq ${JSON.stringify(text)}`, USER)).toMatchObject({ value: text });
        },
      ),
    );
  });
});

describe('the work grows with the length of the text', () => {
  const filters: [string, (length: number) => string][] = [
    ['terms', (length) => Array.from({ length: length / 25 }, () => 'emails.value eq "abc"').join(' or ')],
    ['a string', (length) => `title eq "${'a'.repeat(length)}"`],
    ['escapes', (length) => `title eq "${'\\u00e9'.repeat(length / 6)}"`],
    ['groups', (length) => Array.from({ length: length / 15 }, () => '(title pr)').join(' and ')],
    ['a long URN', (length) => `urn:${'a:'.repeat(length / 2)}b pr`],
    ['a long name', (length) => `${'a'.repeat(length)} pr`],
  ];

  it.each(filters)('%s: 10 kB take less than 5 ms', async (_, filter) => {
    const text = filter(9_900);
    expect(await takesLessThan(5, () => parseFilter(text, USER, UNLIMITED))).toBe(true);
  });

  it.each(filters)('%s: a hundred times as much takes less than a second', async (_, filter) => {
    const text = filter(1_000_000);
    expect(await takesLessThan(1_000, () => parseFilter(text, USER, UNLIMITED))).toBe(true);
  });
});
