import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './json-body.js';

const read = (json: string): unknown => parseJsonBody(Buffer.from(json), { depth: 40, parts: 1_000 });
const MARKS = '\u0301'.repeat(31);

describe('the text in a body', () => {
  it.each([
    [`{"title":"a${MARKS}"}`, 'The string at title has'],
    [`{"name":{"givenName":"a","familyName":"${MARKS}"}}`, 'The string at name.familyName has'],
    [`{"emails":[{"value":"a"},{"type":"b","value":"${MARKS}"}]}`, 'The string at emails[1].value has'],
    [`{"a":[["x"],[1,{"b":[]},"${MARKS}"]]}`, 'The string at a[1][2] has'],
    [`{"a":{"b":1},"${MARKS}":1}`, 'A name has'],
    [`{"a":{"b":[],"${MARKS}":1}}`, 'A name at a has'],
    [`{"title":"a${'\\u0301'.repeat(31)}"}`, 'The string at title has'],
    [`{"title":"\\u0000"}`, 'The string at title has the character NUL'],
    [`{"title":"\\ud800"}`, 'The string at title has half of a surrogate pair'],
    [`"${MARKS}"`, 'The string has'],
  ])('names the place of a string that is none: %s', (json, detail) => {
    expect(() => read(json)).toThrow(
      expect.objectContaining({
        status: 400,
        scimType: 'invalidValue',
        message: expect.stringContaining(detail) as string,
      }),
    );
  });

  it('may have as many marks as any language has', () => {
    const body = { title: `a${'\u0301'.repeat(30)}`.repeat(40) };
    expect(read(JSON.stringify(body))).toEqual(body);
  });
});
