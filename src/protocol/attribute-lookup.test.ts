import { describe, expect, it } from 'vitest';
import {
  attributeName,
  findAttribute,
  findExtensionAttribute,
  findSchema,
  findSubAttribute,
  splitUrn,
} from './attribute-lookup.js';
import { attribute, type ResourceType, type Schema } from './schemas/attribute.js';
import { GROUP, USER } from './schemas/resource-types.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const extension = (id: string): Schema => ({ id, name: 'X', description: 'X', attributes: [attribute('floor', id)] });
const CUSTOM_USER: ResourceType = {
  ...USER,
  extensions: [extension('urn:X:1.0'), extension('urn:X:1.0:more'), ...USER.extensions],
};

describe('an attribute is found by its name (RFC 7643 §2.1, RFC 7644 §3.10)', () => {
  it.each([
    [USER, 'userName', undefined, 'userName'],
    [USER, 'USERNAME', undefined, 'userName'],
    [USER, 'id', undefined, 'id'],
    [USER, 'Meta', undefined, 'meta'],
    [USER, 'externalid', CORE.toUpperCase(), 'externalId'],
    [USER, 'MANAGER', ENTERPRISE.toLowerCase(), `${ENTERPRISE}:manager`],
    [GROUP, 'members', undefined, 'members'],
    [CUSTOM_USER, 'floor', 'urn:x:1.0:MORE', 'urn:X:1.0:more:floor'],
  ])('asked for as $1', (type, name, urn, expected) => {
    const found = findAttribute(type, name, urn);
    expect(found && attributeName(found)).toBe(expected);
  });

  it.each([
    [USER, 'nobody', undefined],
    [USER, 'manager', undefined],
    [USER, 'userName', ENTERPRISE],
    [USER, 'userName', 'urn:nobody'],
    [USER, 'members', undefined],
    [USER, 'floor', 'urn:X:1.0'],
    [USER, '__proto__', undefined],
    [USER, 'constructor', undefined],
    [USER, 'id', '__proto__'],
  ])('there is no $1', (type, name, urn) => {
    expect(findAttribute(type, name, urn)).toBeUndefined();
  });

  it('the same object is found each time', () => {
    expect(findAttribute(USER, 'userName')).toBe(findAttribute(USER, 'USERNAME'));
  });

  it("an extension's is found without the URN when that is asked for", () => {
    const found = findExtensionAttribute(USER, 'Manager');
    expect(found && attributeName(found)).toBe(`${ENTERPRISE}:manager`);
    expect(findExtensionAttribute(USER, 'userName')).toBeUndefined();
    expect(findExtensionAttribute(CUSTOM_USER, 'floor')?.extension).toBe('urn:X:1.0');
  });

  it('so are sub-attributes, by their own names only', () => {
    const emails = findAttribute(USER, 'emails');
    if (!emails) throw new Error('emails are expected');
    expect(findSubAttribute(emails.attribute, 'PRIMARY')?.name).toBe('primary');
    expect(findSubAttribute(emails.attribute, 'familyName')).toBeUndefined();
    expect(findSubAttribute(emails.attribute, '__proto__')).toBeUndefined();
    expect(attributeName({ ...emails, ...subAttribute('value') })).toBe('emails.value');
  });

  it('so are schemas', () => {
    expect(findSchema(USER, ENTERPRISE.toUpperCase())?.id).toBe(ENTERPRISE);
    expect(findSchema(USER, CORE)?.name).toBe('User');
    expect(findSchema(GROUP, CORE)).toBeUndefined();
  });
});

describe('a name is split from the URN in front of it', () => {
  it.each([
    [USER, 'userName', undefined, 'userName'],
    [USER, 'name.familyName', undefined, 'name.familyName'],
    [USER, `${CORE}:name.familyName`, CORE, 'name.familyName'],
    [USER, `${ENTERPRISE.toUpperCase()}:Manager.Value`, ENTERPRISE, 'Manager.Value'],
    [USER, ENTERPRISE, ENTERPRISE, ''],
    [USER, `${ENTERPRISE}s:manager`, `${ENTERPRISE}s`, 'manager'],
    [USER, 'urn:a:b:2.0:User:x.y', 'urn:a:b:2.0:User', 'x.y'],
    [CUSTOM_USER, 'urn:x:1.0:floor', 'urn:X:1.0', 'floor'],
    [CUSTOM_USER, 'urn:x:1.0:more:floor', 'urn:X:1.0:more', 'floor'],
    [CUSTOM_USER, 'urn:x:1.0:more', 'urn:X:1.0:more', ''],
  ])('asked for as $1', (type, text, urn, name) => {
    expect(splitUrn(type, text)).toMatchObject({ urn, name });
  });
});

const subAttribute = (name: string): { subAttribute: ReturnType<typeof attribute> } => ({
  subAttribute: attribute(name, name),
});
