import { describe, expect, it } from 'vitest';
import { attributeName } from './attribute-lookup.js';
import { parseAttributePath, type AttributePath } from './attribute-path.js';
import { DEFAULT_FILTER_LIMITS } from './filter/tree.js';
import type { ResourceType } from './schemas/attribute.js';
import { GROUP, USER } from './schemas/resource-types.js';
import { ScimError } from './scim-error.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** What the path names: the attribute, and `[]` where it has a condition. */
function named(path: AttributePath): string {
  return path.kind === 'attribute' ? `${attributeName(path.target)}${path.condition ? ' []' : ''}` : path.kind;
}

function refusal(text: string): ScimError {
  try {
    parseAttributePath(text, USER);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe('RFC 7644 §3.5.2, figure 7: the path of a PATCH operation', () => {
  it.each<[string, string, ResourceType]>([
    ['members', 'members', GROUP],
    ['name.familyName', 'name.familyName', USER],
    ['addresses[type eq "work"]', 'addresses []', USER],
    ['members[value eq "2819c223-7f76-453a-919d-413861904646"]', 'members []', GROUP],
    ['members[value eq "2819c223-7f76-453a-919d-413861904646"].display', 'members.display []', GROUP],
    ['emails[type eq "work" and value ew "example.com"]', 'emails []', USER],
    ['emails[not (type eq "work") or primary pr].type', 'emails.type []', USER],
    [`${CORE}:userName`, 'userName', USER],
    [`${CORE}:emails[type eq "work"].value`, 'emails.value []', USER],
    [`${ENTERPRISE}:manager`, `${ENTERPRISE}:manager`, USER],
    [`${ENTERPRISE}:manager.value`, `${ENTERPRISE}:manager.value`, USER],
    [`${ENTERPRISE}:manager[value eq "x"]`, `${ENTERPRISE}:manager []`, USER],
    [ENTERPRISE.toUpperCase(), 'extension', USER],
    ['schemas[value eq "urn:a:b"]', 'schemas []', USER],
    ['schemas[value eq "urn:a:b"].value', 'schemas []', USER],
    ['password', 'password', USER],
    ['members.$ref', 'members.$ref', GROUP],
  ])('%s', (text, expected, type) => {
    expect(named(parseAttributePath(text, type))).toBe(expected);
  });

  it.each([
    ['emails[type eq "work"].Value', 'emails.value []'],
    ['roles[primary eq "True"]', 'roles []'],
    ['ROLES[Primary EQ "true"].Display', 'roles.display []'],
    ['manager', `${ENTERPRISE}:manager`],
    ['manager[value eq "x"]', `${ENTERPRISE}:manager []`],
    ['Department', `${ENTERPRISE}:department`],
  ])('as Entra and its validators write it: %s', (text, expected) => {
    expect(named(parseAttributePath(text, USER))).toBe(expected);
  });

  it('has the condition as a tree, and the element’s attribute behind it as its sub-attribute', () => {
    const path = parseAttributePath('emails[type eq "Work"].value', USER);
    expect(path).toMatchObject({
      kind: 'attribute',
      target: { attribute: { name: 'emails' }, subAttribute: { name: 'value' } },
      condition: { kind: 'compare', target: { attribute: { name: 'type' } }, operator: 'eq', value: 'work' },
    });
    expect(Object.isFrozen(path)).toBe(true);
  });
});

describe('a path that no schema knows is no error', () => {
  it.each<[string, AttributePath]>([
    ['nobody', { kind: 'unknown', segments: ['nobody'] }],
    ['nobody.knows.it', { kind: 'unknown', segments: ['nobody', 'knows', 'it'] }],
    ['nobody[a eq 1 and (b pr)]', { kind: 'unknown', segments: ['nobody'] }],
    ['nobody[a eq 1].b', { kind: 'unknown', segments: ['nobody', 'b'] }],
    ['emails.nobody', { kind: 'unknown', segments: ['emails', 'nobody'] }],
    ['emails[type eq "work"].nobody', { kind: 'unknown', segments: ['emails', 'nobody'] }],
    ['emails[type eq "work"].value.deep', { kind: 'unknown', segments: ['emails', 'value', 'deep'] }],
    ['name.familyName.deep', { kind: 'unknown', segments: ['name', 'familyName', 'deep'] }],
    [`${CORE}:nobody`, { kind: 'unknown', segments: ['nobody'] }],
    [CORE, { kind: 'unknown', segments: [] }],
    [`${ENTERPRISE}:nobody`, { kind: 'unknown', extension: ENTERPRISE, segments: ['nobody'] }],
    [`${ENTERPRISE}:manager.nobody`, { kind: 'unknown', extension: ENTERPRISE, segments: ['manager', 'nobody'] }],
    [
      `${ENTERPRISE}:manager[value eq "a"].nobody`,
      { kind: 'unknown', extension: ENTERPRISE, segments: ['manager', 'nobody'] },
    ],
    ['urn:a:Foo:2.0:User:bar', { kind: 'unknown', extension: 'urn:a:Foo:2.0:User', segments: ['bar'] }],
    [
      'urn:a:Foo:2.0:User:bar[a pr].baz',
      { kind: 'unknown', extension: 'urn:a:Foo:2.0:User', segments: ['bar', 'baz'] },
    ],
    ['constructor', { kind: 'unknown', segments: ['constructor'] }],
  ])('%s', (text, expected) => {
    expect(parseAttributePath(text, USER)).toEqual(expected);
  });

  it('nor is an unknown attribute in its condition, which no element satisfies', () => {
    expect(parseAttributePath('emails[nobody eq "a"]', USER)).toMatchObject({
      condition: { kind: 'unknown', matches: false },
    });
  });
});

describe('a text that is no path is 400 invalidPath and says where', () => {
  it.each([
    ['', 1],
    [' ', 2],
    ['.', 1],
    ['emails.', 8],
    ['.emails', 1],
    ['emails..value', 8],
    ['emails value', 8],
    ['emails[', 8],
    ['emails[]', 8],
    ['emails[type]', 12],
    ['emails[type eq]', 15],
    ['emails[type eq "work"', 22],
    ['emails[type eq "work"]]', 23],
    ['emails[type eq "work"]value', 23],
    ['emails[type eq "work"].', 24],
    ['emails[type eq "work"].value[a pr]', 29],
    ['emails[type eq work]', 16],
    ['emails[type[value pr]]', 12],
    ['nobody[a[b pr]]', 9],
    ['nobody[a eq]', 12],
    ['__proto__', 1],
    ['emails.__proto__', 8],
    ['emails[__proto__ eq "a"]', 8],
    [`${ENTERPRISE}:__proto__`, ENTERPRISE.length + 2],
    ['a:b', 1],
    ['urn:a:b:', 9],
    ['emails\0', 7],
    ['"emails"', 1],
    ['emails, name', 1],
  ])('%j at character %i', (text, character) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidPath' });
    expect(Number(/at character (\d+)/.exec(refusal(text).message)?.[1])).toBe(character);
  });
});

describe('a filter that can be read but not applied is 400 invalidFilter (RFC 7644 §3.12, table 9)', () => {
  it.each([
    'emails[type gt null]',
    'emails[primary gt true]',
    'emails[value eq 5]',
    `emails[${'('.repeat(40)}type pr${')'.repeat(40)}]`,
  ])('%s', (text) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });
});

describe('a path that was read before', () => {
  it('is another one for another resource type, and is held to its own limits', () => {
    const text = 'emails[type eq "work"].value';
    expect(parseAttributePath(text, USER).kind).toBe('attribute');
    expect(parseAttributePath(text, USER)).toBe(parseAttributePath(text, USER));
    expect(parseAttributePath(text, GROUP).kind).toBe('unknown');
    const limits = { ...DEFAULT_FILTER_LIMITS, length: 10 };
    expect(() => parseAttributePath(text, USER, limits)).toThrow('10 is the limit');
  });

  it('is refused again where it was refused', () => {
    expect([refusal('emails['), refusal('emails[')].map(({ scimType }) => scimType)).toEqual([
      'invalidPath',
      'invalidPath',
    ]);
  });

  it('is forgotten when there are many, and read again', () => {
    const first = parseAttributePath('title', USER);
    for (let n = 0; n < 600; n += 1) parseAttributePath(`custom${n}`, USER);
    expect(parseAttributePath('title', USER)).toEqual(first);
    expect(parseAttributePath('title', USER)).not.toBe(first);
  });
});
