import { describe, expect, it } from 'vitest';
import type { JsonObject } from './json.js';
import { BADGE, TENANT_USER } from './patch/tenant-user.fixture.js';
import { includes, isWhole, parseProjection, project, type ProjectionParameters } from './projection.js';
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.js';

const CORE = TENANT_USER.schema.id;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const CUSTOM = 'urn:x:Custom:2.0:User';

const always = { schemas: [CORE], id: '1' };
const resource: JsonObject = {
  ...always,
  userName: 'tamsin',
  name: { givenName: 'T', familyName: 'V' },
  emails: [{ value: 'a', type: 'work' }, { type: 'home' }],
  groups: [{ value: 'g', display: 'G' }],
  [ENTERPRISE]: { department: 'D', manager: { value: 'm', displayName: 'M' } },
  [BADGE]: { doors: ['A'], issued: '2011-05-13T04:42:34Z', chip: 'Zm9v', deposit: { amount: 5, receipt: 'r' } },
  [CUSTOM]: { a: { b: 1, c: 2 }, d: 3 },
  meta: { resourceType: 'User', version: 'W/"1"' },
};

function projected(parameters: ProjectionParameters): JsonObject {
  return project(resource, parseProjection(parameters, TENANT_USER), TENANT_USER);
}

describe('RFC 7644 §3.9: attributes', () => {
  it.each<[string, JsonObject]>([
    ['userName', { userName: 'tamsin' }],
    ['USERNAME , name.GIVENname', { userName: 'tamsin', name: { givenName: 'T' } }],
    ['name.givenName,name', { name: { givenName: 'T', familyName: 'V' } }],
    ['name,name.givenName', { name: { givenName: 'T', familyName: 'V' } }],
    ['emails.value', { emails: [{ value: 'a' }] }],
    ['emails.display', {}],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    [`${CORE}:userName`, { userName: 'tamsin' }],
    [`${ENTERPRISE}:department`, { [ENTERPRISE]: { department: 'D' } }],
    [`${ENTERPRISE}:manager.value`, { [ENTERPRISE]: { manager: { value: 'm' } } }],
    [ENTERPRISE.toUpperCase(), { [ENTERPRISE]: { department: 'D', manager: { value: 'm', displayName: 'M' } } }],
    [
      `${ENTERPRISE}:department,${ENTERPRISE}`,
      { [ENTERPRISE]: { department: 'D', manager: { value: 'm', displayName: 'M' } } },
    ],
    [`${CUSTOM}:a.B`, { [CUSTOM]: { a: { b: 1 } } }],
    [`${CUSTOM}:d`, { [CUSTOM]: { d: 3 } }],
    ['hat,emails[type eq "work"],not [ a name,__proto__', {}],
    ['id', {}],
  ])('%s', (attributes, asked) => {
    expect(projected({ attributes })).toEqual({ ...always, ...asked });
  });

  it('may be a list, as in a SearchRequest (§3.4.3)', () => {
    expect(projected({ attributes: ['userName', 'name.givenName'] })).toEqual({
      ...always,
      userName: 'tamsin',
      name: { givenName: 'T' },
    });
  });
});

describe('RFC 7644 §3.9: excludedAttributes', () => {
  const whole = projected({});
  it.each<[string, JsonObject]>([
    ['groups,emails,meta', { groups: undefined, emails: undefined, meta: undefined } as never],
    ['Name.familyName', { name: { givenName: 'T' } }],
    ['emails.value,emails.type', { emails: undefined } as never],
    [ENTERPRISE, { [ENTERPRISE]: undefined } as never],
    [`${ENTERPRISE}:manager`, { [ENTERPRISE]: { department: 'D' } }],
    [`${CUSTOM}:a`, { [CUSTOM]: { d: 3 } }],
    ['id,schemas,hat', {}],
  ])('%s', (excludedAttributes, changed) => {
    expect(projected({ excludedAttributes })).toEqual({ ...whole, ...changed });
  });
});

it('refuses both parameters at once', () => {
  expect(() => projected({ attributes: 'id', excludedAttributes: 'name' })).toThrow(
    expect.objectContaining({ status: 400, scimType: 'invalidValue' }),
  );
});

describe('RFC 7643 §7: returned', () => {
  const badge = (parameters: ProjectionParameters): unknown => projected(parameters)[BADGE];

  it('never: not even when it is asked for', () => {
    expect(badge({ attributes: `${BADGE}:chip` })).toBeUndefined();
    expect(badge({})).not.toHaveProperty('chip');
  });

  it('request: when attributes names it', () => {
    expect(badge({})).not.toHaveProperty('issued');
    expect(badge({ excludedAttributes: 'name' })).not.toHaveProperty('issued');
    expect(badge({ excludedAttributes: `${BADGE}:issued` })).not.toHaveProperty('issued');
    expect(badge({ attributes: `${BADGE}:issued` })).toEqual({ issued: '2011-05-13T04:42:34Z' });
  });

  it('always: with the attribute that it is a part of', () => {
    expect(badge({ attributes: `${BADGE}:deposit.receipt` })).toEqual({ deposit: { amount: 5, receipt: 'r' } });
    expect(badge({ excludedAttributes: `${BADGE}:deposit.amount` })).toHaveProperty('deposit', {
      amount: 5,
      receipt: 'r',
    });
  });
});

describe('what a caller need not look up', () => {
  const asks = (parameters: ProjectionParameters, name: string): boolean =>
    includes(parseProjection(parameters, TENANT_USER), name);

  it.each<[ProjectionParameters, string, boolean]>([
    [{}, 'groups', true],
    [{ attributes: '' }, 'groups', true],
    [{ attributes: 'userName' }, 'groups', false],
    [{ attributes: 'GROUPS' }, 'groups', true],
    [{ attributes: 'groups.value' }, 'groups', true],
    [{ attributes: 'groups.value' }, 'groups.display', false],
    [{ attributes: 'groups.display' }, 'groups.display', true],
    [{ attributes: 'groups' }, 'groups.display', true],
    [{ excludedAttributes: 'groups' }, 'groups', false],
    [{ excludedAttributes: 'groups' }, 'groups.display', false],
    [{ excludedAttributes: 'groups.display' }, 'groups', true],
    [{ excludedAttributes: 'groups.display' }, 'groups.display', false],
    [{ excludedAttributes: 'groups.display' }, 'groups.value', true],
    [{ attributes: ENTERPRISE }, `${ENTERPRISE}:manager.displayName`, true],
    [{ attributes: `${ENTERPRISE}:department` }, `${ENTERPRISE}:manager`, false],
    [{ excludedAttributes: ENTERPRISE }, `${ENTERPRISE}:manager`, false],
    [{}, `${ENTERPRISE}:manager.displayName`, true],
  ])('%j asks for %s: %s', (parameters, name, asked) => {
    expect(asks(parameters, name)).toBe(asked);
  });

  it('knows whether there is a projection at all', () => {
    expect(isWhole(parseProjection({}, TENANT_USER))).toBe(true);
    expect(isWhole(parseProjection({ attributes: ' , ' }, TENANT_USER))).toBe(true);
    expect(isWhole(parseProjection({ excludedAttributes: 'hat' }, TENANT_USER))).toBe(false);
  });
});
