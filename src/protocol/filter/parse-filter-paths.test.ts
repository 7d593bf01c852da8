import { describe, expect, it } from 'vitest';
import { type ResourceType } from '../schemas/attribute.js';
import { GROUP, USER } from '../schemas/resource-types.js';
import { CORE, CUSTOM, CUSTOM_USER, ENTERPRISE, parsed, place, refusal } from './parse-filter.fixture.js';
import { parseFilter } from './parse-filter.js';

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
