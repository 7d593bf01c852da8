import { describe, expect, it } from 'vitest';
import { USER } from '../schemas/resource-types.js';
import { CORE, ENTERPRISE, add, hold, outcomeOf, remove, replace, user } from './apply-patch.fixture.js';
import { applyPatch } from './apply-patch.js';
import { BADGE, TENANT_USER } from './tenant-user.fixture.js';

const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Custom:2.0:User';

describe('RFC 7644 §3.5.2: any operation', () => {
  const options = { without: new Set(['unknown-attribute-tolerated'] as const) };
  hold([
    { does: 'knows attributes in any case', operations: [add('DISPLAYNAME', 'D')], gives: user({ displayName: 'D' }) },
    {
      does: 'knows sub-attributes of the value in any case',
      operations: [add('name', { GIVENNAME: 'T' })],
      gives: user({ name: { givenName: 'T' } }),
    },
    {
      does: 'refuses two spellings of a sub-attribute',
      operations: [add('name', { givenName: 'T', GivenName: 'U' })],
      gives: 'invalidSyntax',
    },
    {
      does: 'takes the URN of the core schema in front of an attribute',
      operations: [replace(`${CORE}:active`, false)],
      gives: user({ active: false }),
    },
    { does: 'refuses a path that cannot be parsed', operations: [add('emails[type', 'x')], gives: 'invalidPath' },
    {
      does: 'refuses a filter that compares what cannot be compared',
      operations: [add('emails[primary gt 5].value', 'x')],
      gives: 'invalidFilter',
    },
    {
      does: 'refuses an unknown path where no rule for Entra holds',
      operations: [add('hat', 'x')],
      options,
      gives: 'invalidPath',
    },
    { does: 'refuses a value of the wrong type', operations: [add('title', 5)], gives: 'invalidValue' },
    { does: 'refuses a string for a boolean', operations: [replace('active', 'yes')], gives: 'invalidValue' },
    { does: 'refuses a number for a boolean', operations: [replace('active', 1)], gives: 'invalidValue' },
    { does: 'refuses an object for a boolean', operations: [replace('active', {})], gives: 'invalidValue' },
    {
      does: 'passes over what reads like a name and names nothing',
      operations: [
        add('custom:country', 'NL'),
        replace('Cost Center', 'x'),
        remove('a/b'),
        add('$x:y:z', 'x'),
        add('Länder.code', 'x'),
        add('title extra', 'x'),
      ],
      gives: user(),
    },
    { does: 'refuses quotes gone wrong', operations: [add('"title"', 'x')], gives: 'invalidPath' },
    { does: 'refuses punctuation alone', operations: [add(' -:/ ', 'x')], gives: 'invalidPath' },
    { does: 'refuses an operator without brackets', operations: [remove('title eq x')], gives: 'invalidPath' },
    { does: 'refuses a dot without a name', operations: [remove('title.')], gives: 'invalidPath' },
    {
      does: 'refuses a key whose syntax went wrong',
      operations: [replace(undefined, { 'emails[type eq "work"': 'x' })],
      gives: 'invalidPath',
    },
    { does: 'refuses a change of a read-only attribute', operations: [replace('id', 'x')], gives: 'mutability' },
    {
      does: 'refuses a change within a read-only attribute',
      operations: [replace('meta.created', 'x')],
      gives: 'mutability',
    },
    {
      does: 'refuses a read-only attribute in a value without path',
      operations: [add(undefined, { groups: [] })],
      gives: 'mutability',
    },
    {
      does: 'refuses a change of a read-only sub-attribute',
      operations: [add(`${ENTERPRISE}:manager.displayName`, 'x')],
      gives: 'mutability',
    },
    {
      does: 'passes over a read-only sub-attribute in a value',
      operations: [add(`${ENTERPRISE}:manager`, { value: 'm', displayName: 'M' })],
      gives: user({ [ENTERPRISE]: { manager: { value: 'm' } } }, ENTERPRISE),
    },
    { does: 'accepts a password and does not keep it', operations: [replace('password', 'secret')], gives: user() },
    { does: 'refuses a password that is no string', operations: [replace('password', 5)], gives: 'invalidValue' },
    {
      does: 'leaves schemas to the server',
      operations: [add('schemas', ['urn:x']), replace('schemas', [])],
      gives: user(),
    },
    {
      does: 'applies the operations in their order',
      operations: [remove('title'), add('title', 'A'), replace('title', 'B')],
      to: user({ title: 'Z' }),
      gives: user({ title: 'B' }),
    },
    {
      does: 'does nothing at all when one operation fails',
      operations: [replace('title', 'A'), replace('id', 'x')],
      gives: 'mutability',
    },
    {
      does: 'returns the attributes in the order of the schema',
      operations: [add('title', 'A'), add('externalId', 'e')],
      gives: { schemas: [CORE], externalId: 'e', userName: 'tamsin', title: 'A', active: true },
    },
  ]);
});

describe('RFC 7643 §2.2: immutable attributes', () => {
  const badge = user(
    { [BADGE]: { number: '1', deposit: { amount: 5, receipt: 'r' }, lockers: [{ value: '7' }] } },
    BADGE,
  );
  hold([
    {
      does: 'take a value once',
      type: TENANT_USER,
      operations: [add(`${BADGE}:number`, '1')],
      gives: user({ [BADGE]: { number: '1' } }, BADGE),
    },
    {
      does: 'take the value that they have',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:number`, '1')],
      gives: badge,
    },
    {
      does: 'take no other value',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:number`, '2')],
      gives: 'mutability',
    },
    {
      does: 'cannot be removed',
      type: TENANT_USER,
      to: badge,
      operations: [remove(`${BADGE}:number`)],
      gives: 'mutability',
    },
    {
      does: 'take no other value within a complex one',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:deposit`, { receipt: 's' })],
      gives: 'mutability',
    },
    {
      does: 'take no other value within a multi-valued one',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:lockers[value eq "7"].value`, '8')],
      gives: 'mutability',
    },
    {
      does: 'leave what stands beside them free',
      type: TENANT_USER,
      to: badge,
      operations: [replace(`${BADGE}:lockers[value eq "7"].side`, 'L'), replace(`${BADGE}:deposit.amount`, 6)],
      gives: user(
        { [BADGE]: { number: '1', deposit: { amount: 6, receipt: 'r' }, lockers: [{ value: '7', side: 'L' }] } },
        BADGE,
      ),
    },
  ]);
});

describe('what no schema knows', () => {
  const custom = user({ [CUSTOM]: { costObject: '7', nested: { a: 1 } } });
  hold([
    {
      does: 'is removed with its URN, whatever that is called',
      to: user({ 'urn:example:badge': { a: 1 }, 'urn:example': { badge: 2, b: 3 } }),
      operations: [remove('urn:example:badge')],
      gives: user({ 'urn:example': { badge: 2, b: 3 } }),
    },
    {
      does: 'is passed over without a URN',
      operations: [
        add('hat', 'red'),
        replace('name.hat', 'red'),
        add('emails[type eq "x"].hat', 'red'),
        add(undefined, { hat: 'red', title: 'A' }),
      ],
      gives: user({ title: 'A' }),
    },
    {
      does: 'is kept under an extension URN',
      operations: [add(`${CUSTOM}:costObject`, '7'), add(`${CUSTOM}:nested.a`, 1)],
      gives: custom,
    },
    {
      does: 'is kept in an object under an extension URN',
      operations: [add(undefined, { [CUSTOM]: { costObject: '7', nested: { a: 1, b: null } } })],
      gives: custom,
    },
    {
      does: 'is kept under the URN as a path',
      operations: [replace(CUSTOM, { costObject: '7', nested: { a: 1 } })],
      gives: custom,
    },
    {
      does: 'is found again in any case',
      to: custom,
      operations: [replace(`${CUSTOM.toUpperCase()}:COSTOBJECT`, '8')],
      gives: user({ [CUSTOM]: { costObject: '8', nested: { a: 1 } } }),
    },
    {
      does: 'is removed',
      to: custom,
      operations: [remove(`${CUSTOM}:costObject`), replace(`${CUSTOM}:nested.a`, null)],
      gives: user(),
    },
    { does: 'is removed with its URN', to: custom, operations: [remove(CUSTOM)], gives: user() },
    {
      does: 'is left alone by a value that is no object',
      to: custom,
      operations: [replace(undefined, { [CUSTOM]: 'x' })],
      gives: custom,
    },
    {
      does: 'is kept under a known extension',
      operations: [add(`${ENTERPRISE}:hat`, 'red')],
      gives: user({ [ENTERPRISE]: { hat: 'red' } }, ENTERPRISE),
    },
    {
      does: 'is no way into a known attribute',
      operations: [add(`${ENTERPRISE}:manager.hat`, 'red'), add(`${ENTERPRISE}:manager[hat eq "x"].hat`, 'red')],
      gives: user(),
    },
    {
      does: 'has no prototype to reach',
      operations: [add(`${CUSTOM}:constructor`, 'x')],
      gives: user({ [CUSTOM]: { constructor: 'x' } }),
    },
    {
      does: 'is bounded',
      operations: [add(CUSTOM, Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`a${n}`, 1])))],
      gives: 'invalidValue',
    },
  ]);
});

describe('the work of one request', () => {
  const emails = Array.from({ length: 1_000 }, (_, n) => ({ value: `${n}@contoso.example` }));
  const filter = Array.from({ length: 200 }, () => 'value pr').join(' and ');

  it('is bounded for long filters on many values', () => {
    const operations = Array.from({ length: 20 }, () => replace(`emails[${filter}].display`, 'x'));
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toBe('tooMany');
  });

  it('is bounded for many operations on many values', () => {
    const operations = Array.from({ length: 1_000 }, (_, n) => replace('emails.display', `${n}`));
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toBe('tooMany');
  });

  it('is bounded for long values', () => {
    const phoneNumbers = [{ value: '5'.repeat(500_000), type: 'work' }];
    const operations = Array.from({ length: 1_000 }, (_, n) => replace('phoneNumbers[type eq "work"].display', `${n}`));
    expect(outcomeOf(() => applyPatch(user({ phoneNumbers }), operations, USER))).toBe('tooMany');
  });

  it('suffices for a hundred operations on a thousand values', () => {
    const operations = Array.from({ length: 100 }, (_, n) =>
      replace(`emails[value eq "${n}@contoso.example"].display`, 'x'),
    );
    expect(outcomeOf(() => applyPatch(user({ emails }), operations, USER))).toHaveProperty('emails.99.display', 'x');
  });
});
