import { expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { BADGE, TENANT_USER } from './patch/tenant-user.fixture.js';
import { replaceResource } from './replace.js';
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.js';
import { ScimError } from './scim-error.js';

const CORE = TENANT_USER.schema.id;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const body = (attributes: JsonObject = {}): JsonObject => ({ schemas: [CORE], userName: 'tamsin', ...attributes });
const user = (attributes: JsonObject = {}, ...extensions: string[]): JsonObject => ({
  ...body(attributes),
  schemas: [CORE, ...extensions],
  active: true,
  ...attributes,
});
const badged = (badge: JsonObject): JsonObject => user({ [BADGE]: badge }, BADGE);

const rows: readonly (readonly [string, JsonObject, JsonObject, JsonObject | string])[] = [
  [
    'takes the place of everything',
    user({ title: 'A', active: false }),
    body({ nickName: 'T', active: true }),
    user({ nickName: 'T' }),
  ],
  [
    'clears what is left out',
    user({ emails: [{ value: 'a' }], 'urn:x': { a: 1 }, [ENTERPRISE]: { department: 'D' } }, ENTERPRISE),
    body(),
    user(),
  ],
  ['clears what is null', user({ title: 'A' }), body({ title: null }), user()],
  ['leaves a leaver a leaver', user({ active: false }), body({ active: null }), user({ active: false })],
  ['leaves active as it is where it does not say', user({ active: false }), body(), user({ active: false })],
  ['ignores what is read-only', user(), body({ id: 'x', meta: {}, groups: [{ value: 'g' }] }), user()],
  ['asks for what is required', user(), { schemas: [CORE] }, 'invalidValue'],
  ['refuses values that do not fit', user(), body({ active: 'yes' }), 'invalidValue'],
  ['sets what is immutable once', user(), body({ [BADGE]: { number: '1' } }), badged({ number: '1' })],
  [
    'takes the same value for what is immutable',
    badged({ number: '1' }),
    body({ [BADGE]: { number: '1' } }),
    badged({ number: '1' }),
  ],
  [
    'refuses another value for what is immutable',
    badged({ number: '1' }),
    body({ [BADGE]: { number: '2' } }),
    'mutability',
  ],
  ['keeps what is immutable and left out', badged({ number: '1', level: 2 }), body(), badged({ number: '1' })],
  [
    'keeps what is immutable and null',
    badged({ number: '1' }),
    body({ [BADGE]: { number: null } }),
    badged({ number: '1' }),
  ],
  [
    'refuses another value for what is immutable within a complex attribute',
    badged({ deposit: { amount: 5, receipt: 'r' } }),
    body({ [BADGE]: { deposit: { amount: 6, receipt: 's' } } }),
    'mutability',
  ],
  [
    'keeps what is immutable within a complex attribute',
    badged({ deposit: { amount: 5, receipt: 'r' } }),
    body({ [BADGE]: { deposit: { amount: 6 } } }),
    badged({ deposit: { amount: 6, receipt: 'r' } }),
  ],
];

it.each(rows)('RFC 7644 §3.5.1: PUT %s', (_, current, sent, outcome) => {
  let given: unknown;
  try {
    given = replaceResource(current, sent, TENANT_USER);
  } catch (error) {
    given = error instanceof ScimError ? error.scimType : error;
  }
  expect(given).toEqual(outcome);
});
