import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isObject } from '../json.js';
import { recorded, type Seen } from './recorded.fixture.js';

/** What names somebody: it begins so that nothing of ours contains it by chance. */
const mark = fc.stringMatching(/^zq[a-z]{10}$/);

const shaped = (secret: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    secret,
    secret.toUpperCase(),
    `${secret}@${secret}.com`,
    `O'${secret} "${secret}"`,
    `${secret}\\`,
    `Müller-${secret} [work]`,
    `https://${secret}.example/${secret}`,
    `bulkId:${secret}`,
    `urn:${secret}:2.0:User`,
    `{"value":"${secret}","${secret}":["${secret}"]}`,
    `[${secret}`,
    `userName eq "${secret}"`,
    `/Users/${secret}`,
    `{{${secret}}}`,
    `add ${secret}`,
  );

const NAMES = [
  'userName',
  'externalId',
  'displayName',
  'id',
  'title',
  'type',
  'value',
  'display',
  '$ref',
  'path',
  'op',
  'filter',
  'schemas',
  'attributes',
  'sortBy',
  'members',
  'manager',
  'emails',
  'phoneNumbers',
  'name',
  'Operations',
  'Resources',
  'meta',
  'location',
  'detail',
  'scimType',
  'status',
  'resourceType',
  'method',
  'bulkId',
  'data',
  'password',
  'x509Certificates',
  'totalResults',
  'nextCursor',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'name.givenName',
  'emails[type eq "work"].value',
];

const json = (secret: string): fc.Arbitrary<unknown> =>
  fc.letrec<{ value: unknown; object: unknown; array: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, shaped(secret), fc.constantFrom(true, null, 7), tie('object'), tie('array')),
    array: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(fc.oneof(fc.constantFrom(...NAMES), shaped(secret)), tie('value'), { maxKeys: 5 }),
  })).object;

const encoding = fc.constantFrom(
  (text: string) => encodeURIComponent(text),
  (text: string) => new URLSearchParams({ '': text }).toString().slice(1),
  (text: string) => text,
  (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
);

const PATHS: readonly ((text: string) => string)[] = [
  (text) => `/Users/${text}`,
  (text) => `/${text}`,
  (text) => `/Schemas/${text}`,
  (text) => `/Users/%E0%A4%A${text}?filter=%ZZ${text}&%E0${text}=1`,
  (text) => `/Users?filter=${text}`,
  (text) => `/Users?access_token=${text}`,
  (text) => `/Users?${text}=${text}&${text}`,
  (text) => `/Users?filter=userName+eq+%22${text}%22&attributes=${text}`,
  (text) => `/Users?filter=emails%5btype+eq+${text}%5d.value+eq+"${text}&count=${text}&cursor=${text}`,
];

const seen = (secret: string): fc.Arbitrary<Seen> =>
  fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'PATCH'), fc.constant(secret.toUpperCase())),
    path: fc
      .tuple(fc.constantFrom(...PATHS), shaped(secret), encoding)
      .map(([path, text, encode]) => path(encode(text))),
    headers: fc.record({
      authorization: fc.constantFrom(`Bearer ${secret}`, `Basic ${secret}`, secret, `${secret} x`),
      'content-type': fc.constantFrom('application/scim+json', `application/json; x=${secret}`, secret),
      accept: fc.constantFrom('*/*', secret),
      'user-agent': fc.constant(secret),
      [`x-${secret}`]: fc.constant(secret),
    }),
    body: fc.oneof(json(secret), shaped(secret), fc.constant('')),
    status: fc.constantFrom(200, 201, 401, 409),
    answer: fc.oneof(json(secret), shaped(secret), fc.constant('')),
  });

const session = mark.chain((secret) =>
  fc.tuple(fc.constant(secret), fc.array(seen(secret), { minLength: 1, maxLength: 4 })),
);

test('nothing of what names somebody is in a recording, wherever it was sent or answered', () => {
  fc.assert(
    fc.property(session, ([secret, requests]) => {
      const written = JSON.stringify(recorded(...requests)).toLowerCase();
      expect(written).not.toContain(secret);
      expect(written).not.toContain([...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''));
    }),
    { numRuns: 500 },
  );
});

const personalNumber = fc.integer({ min: 10_000_000_000, max: 99_999_999_999 });
const countName = fc.constantFrom('count', 'startIndex', 'itemsPerPage', 'totalResults', 'failOnErrors', 'status');

test('no personal number is in a recording, whatever it is called', () => {
  fc.assert(
    fc.property(personalNumber, countName, (number, name) => {
      const body = {
        [name]: number,
        'urn:x:zq:2.0:User': { [name]: number },
        roles: [JSON.stringify({ [name]: number })],
      };
      const written = recorded({ method: 'POST', path: `/Users?${name}=${number}`, body, answer: body });
      expect(JSON.stringify(written)).not.toContain(String(number));
    }),
    { numRuns: 100 },
  );
});

const value = fc
  .string({ minLength: 1, maxLength: 8, unit: 'binary' })
  .filter((text) => text.trim() !== '' && !/^(?:true|false)$/i.test(text) && !/^\s*[[{]|^bulkId:/.test(text));

const folded = (text: string): string => text.normalize('NFC').toLowerCase();

test('the same value has the same replacement in a request, a filter and an answer, and another value another one', () => {
  fc.assert(
    fc.property(value, fc.oneof(value, fc.constant(undefined)), (one, given) => {
      const other = given ?? one.toUpperCase();
      const [created, found] = recorded(
        { method: 'POST', body: { userName: one, title: other }, status: 201, answer: { userName: one } },
        { path: `/Users?filter=userName+eq+${encodeURIComponent(JSON.stringify(one))}` },
      );
      const body = created?.request.body;
      const [userName, title] = isObject(body) ? [String(body['userName']), String(body['title'])] : [];
      expect(created?.expect.body_contains).toEqual({ userName });
      expect(decodeURIComponent(found?.request.path ?? '')).toBe(`/Users?filter=userName+eq+"${userName ?? ''}"`);
      expect(userName === title).toBe(one === other);
      expect(folded(userName ?? '') === folded(title ?? '')).toBe(folded(one) === folded(other));
    }),
    { numRuns: 300 },
  );
});
