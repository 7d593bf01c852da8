import { describe, expect, it } from 'vitest';
import { GROUP, USER } from '../schemas/resource-types.js';
import { CORE, CUSTOM, CUSTOM_USER, ENTERPRISE, parsed, place, refusal } from './parse-filter.fixture.js';
import { parseFilter } from './parse-filter.js';

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
