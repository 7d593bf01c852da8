import { describe, expect, it } from 'vitest';
import { attributeName } from '../attribute-lookup.js';
import { attribute, type ResourceType } from '../schemas/attribute.js';
import { extendedUser } from '../schemas/extended-user.fixture.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { parseFilter } from './parse-filter.js';
import type { FilterNode } from './tree.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** A custom extension with the types that the core schemas lack, and a URN that another one begins with. */
const CUSTOM = 'urn:example:ext:1.0:User';
const CUSTOM_USER = extendedUser(
  {
    id: CUSTOM,
    name: 'Custom',
    description: 'Typed attributes',
    attributes: [
      attribute('floor', 'An integer.', { type: 'integer' }),
      attribute('ratio', 'A decimal.', { type: 'decimal' }),
      attribute('since', 'A dateTime.', { type: 'dateTime' }),
      attribute('parts', 'Complex without a value.', {
        type: 'complex',
        subAttributes: [attribute('pin', 'Never returned.', { returned: 'never' }), attribute('label', 'A string.')],
      }),
    ],
  },
  { id: `${CUSTOM}:more`, name: 'More', description: 'A longer URN', attributes: [attribute('floor', 'A string.')] },
);

/** The tree as text, with every operand in parentheses. */
function shape(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map(shape).join(` ${node.kind} `)})`;
    case 'not':
      return `not ${shape(node.operand)}`;
    case 'present':
      return `${attributeName(node.target)} pr`;
    case 'compare':
      return `${attributeName(node.target)} ${node.operator} ${JSON.stringify(node.value)}`;
    case 'valuePath':
      return `${attributeName(node.target)}[${shape(node.condition)}]`;
    case 'unknown':
      return String(node.matches);
  }
}

const parsed = (text: string, type: ResourceType = USER): string => shape(parseFilter(text, type));

function refusal(text: string, type: ResourceType = USER): ScimError {
  try {
    parseFilter(text, type);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

/** The character that a refusal points at, from 1. */
const place = ({ message }: ScimError): number => Number(/at character (\d+)/.exec(message)?.[1]);

describe('RFC 7644 §3.4.2.2, table 3: attribute operators', () => {
  it.each([
    ['title eq "a"', 'title eq "a"'],
    ['title ne "a"', 'title ne "a"'],
    ['title co "a"', 'title co "a"'],
    ['title sw "a"', 'title sw "a"'],
    ['title ew "a"', 'title ew "a"'],
    ['title pr', 'title pr'],
    ['title gt "a"', 'title gt "a"'],
    ['title ge "a"', 'title ge "a"'],
    ['title lt "a"', 'title lt "a"'],
    ['title le "a"', 'title le "a"'],
  ])('reads %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['title eq', 9, 'a value'],
    ['title', 6, 'an operator'],
    ['title "a"', 7, 'an operator'],
    ['title is "a"', 7, 'an operator'],
    ['title pr "a"', 10, '"and", "or" or the end'],
    ['title eq a', 10, 'a value'],
    ["title eq 'a'", 10, 'a value'],
    ['eq "a"', 4, 'an operator'],
    ['"a" eq title', 1, 'the name of an attribute'],
    ['title eq "a" "b"', 14, '"and", "or" or the end'],
    ['title eq"a"', 9, 'a space'],
    ['title eq "a"and title pr', 13, 'a space'],
  ])('refuses %s at character %i', (text, character, expected) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(text).message).toContain(expected);
    expect(place(refusal(text))).toBe(character);
  });

  it('counts characters as people do', () => {
    expect(place(refusal('title eq "\u{1F600}" x'))).toBe(14);
  });

  it.each(['co', 'sw', 'ew'])('compares nothing but strings with %s', (operator) => {
    expect(parsed(`profileUrl ${operator} "a"`)).toBe(`profileUrl ${operator} "a"`);
    expect(refusal(`active ${operator} true`).message).toContain('active, which is of type boolean');
    expect(refusal(`meta.created ${operator} "2026-01-01T00:00:00Z"`).scimType).toBe('invalidFilter');
    expect(refusal(`${CUSTOM}:floor ${operator} 1`, CUSTOM_USER).scimType).toBe('invalidFilter');
  });

  it.each(['gt', 'ge', 'lt', 'le'])('refuses booleans and binary values with %s, as the table demands', (operator) => {
    expect(refusal(`active ${operator} true`).scimType).toBe('invalidFilter');
    expect(refusal(`x509Certificates.value ${operator} "QQ=="`).scimType).toBe('invalidFilter');
    expect(refusal(`title ${operator} null`).message).toContain('null can be compared with eq and ne only');
  });
});

describe('RFC 7644 §3.4.2.2, table 4: logical operators', () => {
  it.each([
    ['title pr and locale pr', '(title pr and locale pr)'],
    ['title pr or locale pr', '(title pr or locale pr)'],
    ['not (title pr)', 'not title pr'],
    ['title pr or locale pr and active pr', '(title pr or (locale pr and active pr))'],
    ['title pr and locale pr or active pr', '((title pr and locale pr) or active pr)'],
    ['not (title pr) and locale pr', '(not title pr and locale pr)'],
    ['not (title pr) or locale pr and not (active pr)', '(not title pr or (locale pr and not active pr))'],
    ['title pr and locale pr and active pr', '(title pr and locale pr and active pr)'],
    ['not(title pr)', 'not title pr'],
    ['(title pr)and(locale pr)', '(title pr and locale pr)'],
  ])('reads %s: not before and, and before or', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['not title pr', 5, '"("'],
    ['title pr and', 13, 'the name of an attribute'],
    ['and title pr', 5, 'an operator'],
    ['title pr or or locale pr', 16, 'an operator'],
    ['title pr locale pr', 10, '"and", "or" or the end'],
    ['not not (title pr)', 5, '"("'],
  ])('refuses %s at character %i', (text, character, expected) => {
    expect(refusal(text).message).toContain(expected);
    expect(place(refusal(text))).toBe(character);
  });
});

describe('RFC 7644 §3.4.2.2, table 5: grouping operators', () => {
  it.each([
    ['(title pr)', 'title pr'],
    ['((title pr))', 'title pr'],
    ['title pr and (locale pr or active pr)', '(title pr and (locale pr or active pr))'],
    ['emails[type eq "work"]', 'emails[type eq "work"]'],
    ['emails[type eq "work" and value co "@a"]', 'emails[(type eq "work" and value co "@a")]'],
    ['emails[not (type eq "work") or primary eq true]', 'emails[(not type eq "work" or primary eq true)]'],
    ['emails[(type eq "work")]', 'emails[type eq "work"]'],
    ['emails[type eq "work"].value eq "A"', 'emails[(type eq "work" and value eq "a")]'],
    ['emails[type eq "work" or type eq "home"].value pr', 'emails[((type eq "work" or type eq "home") and value pr)]'],
    ['emails[type eq "work"].value pr and title pr', '(emails[(type eq "work" and value pr)] and title pr)'],
    ['emails[ type eq "work" ]', 'emails[type eq "work"]'],
    ['name[familyName eq "a"]', 'name[familyName eq "a"]'],
    ['schemas[value eq "a"]', 'schemas[value eq "a"]'],
  ])('reads %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['(title pr', 10, '")"'],
    ['title pr)', 9, 'the end'],
    ['()', 2, 'the name of an attribute'],
    ['', 1, 'the name of an attribute'],
    ['   ', 4, 'the name of an attribute'],
    ['emails[type eq "work"', 22, '"]"'],
    ['emails[]', 8, 'the name of an attribute'],
    ['emails[type eq "work")', 22, '"]"'],
    ['emails type eq "work"]', 8, 'an operator'],
    ['emails [type eq "work"]', 8, 'an operator'],
    ['emails[type eq "work"] .value pr', 24, '"and", "or" or the end'],
    ['emails[type eq "work"]value pr', 23, '"and", "or" or the end'],
    ['emails[type eq "work"].value', 29, 'an operator'],
    ['emails[type eq "work"] eq "a"', 24, '"and", "or" or the end'],
    ['emails[type[value pr]]', 12, 'value paths do not nest'],
    ['userName[value eq "a"]', 1, 'a multi-valued or complex attribute'],
    ['emails[urn:a:b:type eq "work"]', 8, 'the name of an attribute'],
  ])('refuses %s at character %i', (text, character, expected) => {
    expect(refusal(text).message).toContain(expected);
    expect(place(refusal(text))).toBe(character);
  });
});

describe('RFC 7644 §3.4.2.2, figure 1: attribute paths and values', () => {
  it.each([
    ['NAME.FAMILYNAME EQ "a"', 'name.familyName eq "a"'],
    ['emails.Type Pr', 'emails.type pr'],
    ['title pr AND NOT (locale pr) Or active pr', '((title pr and not locale pr) or active pr)'],
    ['members.$REF pr', 'members.$ref pr', GROUP],
  ])('takes names and operators in any case: %s', (text, expected, type: ResourceType = USER) => {
    expect(parsed(text, type)).toBe(expected);
  });

  it.each([
    [`${CORE}:userName sw "J"`, 'userName sw "j"'],
    [`${CORE.toUpperCase()}:name.familyName pr`, 'name.familyName pr'],
    [`${CORE}:id pr`, 'id pr'],
    [`${ENTERPRISE}:employeeNumber eq "1"`, `${ENTERPRISE}:employeeNumber eq "1"`],
    [`${ENTERPRISE.toLowerCase()}:manager.displayName pr`, `${ENTERPRISE}:manager.displayName pr`],
    [`${ENTERPRISE}:manager[value eq "a"]`, `${ENTERPRISE}:manager[value eq "a"]`],
    [`${CUSTOM}:floor eq 1`, `${CUSTOM}:floor eq 1`],
    [`${CUSTOM}:more:floor eq "1"`, `${CUSTOM}:more:floor eq "1"`],
  ])('finds attributes by their URNs (§3.10): %s', (text, expected) => {
    expect(parsed(text, CUSTOM_USER)).toBe(expected);
  });

  it("finds an extension's attribute without its URN, as Entra asks for a manager", () => {
    expect(parsed('id eq "1" and manager eq "2"')).toBe(`(id eq "1" and ${ENTERPRISE}:manager.value eq "2")`);
  });

  it.each([
    ['nobody pr', 'false'],
    ['nobody eq "a"', 'false'],
    ['nobody gt 5', 'false'],
    ['nobody ne "a"', 'true'],
    ['nobody eq null', 'not false'],
    ['nobody ne null', 'false'],
    ['emails.nobody pr', 'false'],
    ['emails[nobody eq "a"]', 'emails[false]'],
    ['nobody[type eq "a" and (value pr)].value ne "a"', 'false'],
    ['urn:nobody:knows:1.0:User:x.y eq "a"', 'false'],
    [`${ENTERPRISE}:nobody pr`, 'false'],
    [`${ENTERPRISE}:userName pr`, 'false'],
    [`${ENTERPRISE} pr`, 'false'],
    ['constructor pr', 'false'],
    ['toString eq "a"', 'false'],
  ])('takes an attribute that no schema has for one without a value: %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it.each([
    ['__proto__ pr', 1],
    ['emails.__proto__ pr', 8],
    ['emails[__proto__ pr]', 8],
    [`${ENTERPRISE}:__proto__ pr`, ENTERPRISE.length + 2],
    ['1a pr', 1],
    ['.a pr', 1],
    ['a. pr', 3],
    ['a..b pr', 3],
    ['a:b pr', 1],
    ['urn:a:b: pr', 9],
    ['naïve pr', 3],
    ['a/b pr', 1],
  ])('refuses %s, which is no attribute path, at character %i', (text, character) => {
    expect(place(refusal(text))).toBe(character);
  });

  it.each([
    ['name.givenName.first eq "x"', 1],
    ['title pr and emails.value.domain pr', 14],
    ['emails[value.host.port pr]', 8],
    ['emails[type eq "work"].value.domain eq "x"', 1],
    [`${ENTERPRISE}:manager.value.id eq "x"`, 1],
    ['nobody.knows.it pr', 1],
  ])('refuses %s, since sub-attributes have no parts, at character %i', (text, character) => {
    expect(refusal(text)).toMatchObject({ scimType: 'invalidFilter' });
    expect(refusal(text).message).toContain(`(character ${character})`);
  });

  it.each([
    ['"a\\"b"', 'a"b'],
    ['"a\\\\b"', 'a\\b'],
    ['"\\/\\b\\f\\n\\r\\t"', '/\b\f\n\r\t'],
    ['"\\u00C9"', 'É'],
    ['"\\uD83D\\uDE00"', '\u{1F600}'],
    ['"\u{1F600}"', '\u{1F600}'],
    ['"a) or (b]"', 'a) or (b]'],
    ['""', ''],
  ])('reads the JSON string %s', (text, expected) => {
    expect(parseFilter(`id eq ${text}`, USER)).toMatchObject({ value: expected });
  });

  it.each([
    ['"a', 'the closing quote'],
    ['"a\\', 'an escape'],
    ['"a\\"', 'the closing quote'],
    ['"\\x"', 'an escape'],
    ['"\\u12"', 'an escape'],
    ['"\\u12G4"', 'an escape'],
    ['"\u0000"', 'an escape instead of a control character'],
    ['"\n"', 'an escape instead of a control character'],
    ['"\\u0000"', 'without NUL'],
    ['"\\uD83D"', 'lone surrogates'],
    ['"\\uDE00\\uD83D"', 'lone surrogates'],
    ['"\uD83D"', 'lone surrogates'],
  ])('refuses %j, which is no text in JSON', (text, expected) => {
    expect(refusal(`id eq ${text}`).message).toContain(expected);
  });

  it.each([
    ['0', 0],
    ['-0.5', -0.5],
    ['12e3', 12000],
    ['1.5E+3', 1500],
    ['25E-1', 2.5],
  ])('reads the JSON number %s', (text, expected) => {
    expect(parseFilter(`${CUSTOM}:ratio eq ${text}`, CUSTOM_USER)).toMatchObject({ value: expected });
  });

  it.each(['01', '+1', '.5', '5.', '1e', '0x1', '1e999', '--1', 'NaN', 'Infinity'])(
    'refuses %s, which is no number',
    (text) => {
      expect(refusal(`${CUSTOM}:ratio eq ${text}`, CUSTOM_USER).scimType).toBe('invalidFilter');
    },
  );

  it.each([
    ['active eq true', 'active eq true'],
    ['active ne FALSE', 'active ne false'],
    ['active eq "True"', 'active eq true'],
    ['roles[primary eq "False"]', 'roles[primary eq false]'],
    ['title eq null', 'not title pr'],
    ['title ne Null', 'title pr'],
    ['name eq null', 'not name pr'],
    ['emails eq null', 'not emails pr'],
  ])('reads the constants of %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });
});

describe('RFC 7644 §3.4.2.2: what can be compared with what', () => {
  it.each([
    ['userName eq 5', USER],
    ['userName eq true', USER],
    ['id eq 5', USER],
    ['active eq 1', USER],
    ['active eq "yes"', USER],
    ['meta.created eq 5', USER],
    ['meta.created gt "yesterday"', USER],
    ['meta.created gt "2026-02-30T00:00:00Z"', USER],
    [`${CUSTOM}:floor eq "1"`, CUSTOM_USER],
    [`${CUSTOM}:ratio gt true`, CUSTOM_USER],
  ])('refuses a value of another type: %s', (text, type) => {
    expect(refusal(text, type)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(text, type).message).toContain('is of type');
  });

  it.each([
    ['emails co "A"', 'emails.value co "a"', USER],
    ['manager eq "A"', `${ENTERPRISE}:manager.value eq "A"`, USER],
    ['members eq "A"', 'members.value eq "A"', GROUP],
    ['groups ne "A"', 'groups.value ne "A"', USER],
  ])('takes a complex attribute for its value: %s', (text, expected, type) => {
    expect(parsed(text, type)).toBe(expected);
  });

  it.each([
    ['name eq "a"', 'name.formatted', USER],
    ['addresses eq "a"', 'addresses.formatted', USER],
    ['meta sw "a"', 'meta.resourceType', USER],
    [`${CUSTOM}:parts eq "a"`, 'parts.pin', CUSTOM_USER],
  ])('refuses a complex attribute without a value and says what to compare: %s', (text, example, type) => {
    expect(refusal(text, type).scimType).toBe('invalidFilter');
    expect(refusal(text, type).message).toContain(example);
  });

  it.each([
    ['password eq "secret"', USER],
    ['password pr', USER],
    ['password ne null', USER],
    ['not (PASSWORD sw "s")', USER],
    [`${CORE}:password pr`, USER],
    [`${CUSTOM}:parts.pin pr`, CUSTOM_USER],
    [`${CUSTOM}:parts[pin eq "1"]`, CUSTOM_USER],
  ])('never answers about what is never returned: %s', (text, type) => {
    expect(refusal(text, type)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(text, type).message).toContain('never returned');
  });
});

describe('the values of the tree are in search form', () => {
  it.each([
    ['userName eq "E\u0301Σ"', 'éσ'],
    ['externalId eq "AbC"', 'AbC'],
    ['profileUrl eq "HTTP://A"', 'HTTP://A'],
    ['meta.lastModified gt "2011-05-13T06:42:34.5678+02:00"', '2011-05-13T04:42:34.567Z'],
    ['meta.version eq "W/\\"3\\""', 'W/"3"'],
    ['meta.version eq "W/\\"3.0a9\\""', 'W/"3"'],
  ])('%s', (text, expected) => {
    expect(parseFilter(text, USER)).toMatchObject({ value: expected });
  });

  it('and the tree is frozen through and through', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.entries(value).every(isFrozenEntry));
    const isFrozenEntry = ([name, value]: [string, unknown]): boolean =>
      ['attribute', 'subAttribute'].includes(name) || isFrozen(value);
    const text =
      'not (title pr) and (emails[type eq "a" or nobody pr].value eq "b" or name.givenName eq "c" or emails eq "d")';
    expect(isFrozen(parseFilter(text, USER))).toBe(true);
  });
});

describe('RFC 7644 §3.4.2.2, figure 2: the examples', () => {
  it.each([
    ['userName eq "bjensen"', 'userName eq "bjensen"'],
    ['name.familyName co "O\'Malley"', 'name.familyName co "o\'malley"'],
    ['userName sw "J"', 'userName sw "j"'],
    [`${CORE}:userName sw "J"`, 'userName sw "j"'],
    ['title pr', 'title pr'],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified gt "2011-05-13T04:42:34.000Z"'],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"', 'meta.lastModified ge "2011-05-13T04:42:34.000Z"'],
    ['meta.lastModified lt "2011-05-13T04:42:34Z"', 'meta.lastModified lt "2011-05-13T04:42:34.000Z"'],
    ['meta.lastModified le "2011-05-13T04:42:34Z"', 'meta.lastModified le "2011-05-13T04:42:34.000Z"'],
    ['title pr and userType eq "Employee"', '(title pr and userType eq "employee")'],
    ['title pr or userType eq "Intern"', '(title pr or userType eq "intern")'],
    [`schemas eq "${ENTERPRISE}"`, `schemas eq "${ENTERPRISE}"`],
    [
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      '(userType eq "employee" and (emails.value co "example.com" or emails.value co "example.org"))',
    ],
    [
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      '(userType ne "employee" and not (emails.value co "example.com" or emails.value co "example.org"))',
    ],
    ['userType eq "Employee" and (emails.type eq "work")', '(userType eq "employee" and emails.type eq "work")'],
    [
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      '(userType eq "employee" and emails[(type eq "work" and value co "@example.com")])',
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      '(emails[(type eq "work" and value co "@example.com")] or ims[(type eq "xmpp" and value co "@foo.com")])',
    ],
  ])('%s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });
});
