import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalizeResource } from '../canonical/canonicalize.js';
import { canonicalNames } from '../canonical/names.js';
import { normalizePatch } from '../entra/rules.js';
import { sameResource } from '../equality.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import { PATCH_OP_SCHEMA } from '../messages.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { GROUP } from '../schemas/resource-types.js';
import { ScimError } from '../scim-error.js';
import { planPatch } from './apply-patch.js';
import { BADGE, TENANT_USER } from './tenant-user.fixture.js';

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Custom:2.0:User';

const names = fc.constantFrom(
  ...[
    'userName',
    'ACTIVE',
    'title',
    'displayName',
    'externalId',
    'name',
    'name.givenName',
    'emails',
    'emails.display',
    'roles',
    'members',
  ],
  ...[
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'roles[primary eq "True"].value',
    'emails[primary eq true].primary',
  ],
  ...[
    'addresses[type eq "work" or country eq "NL"].locality',
    'members[value eq "a"]',
    'members[type eq "User"]',
    'id',
    'meta',
    'meta.created',
  ],
  ...[
    'groups',
    'schemas',
    'password',
    'manager',
    'manager[value eq "m"]',
    'hat',
    'hat.size',
    `${ENTERPRISE}:manager`,
    `${ENTERPRISE}:hat`,
  ],
  ...[
    ENTERPRISE,
    BADGE,
    CUSTOM,
    `${CUSTOM}:a`,
    `${CUSTOM}:a.b`,
    'urn:x',
    `${BADGE}:doors`,
    `${BADGE}:doors[value eq "A"]`,
    `${BADGE}:number`,
  ],
  ...[
    `${BADGE}:deposit`,
    `${BADGE}:deposit.amount`,
    `${BADGE}:lockers[value eq "7"]`,
    `${BADGE}:level`,
    `${BADGE}:issued`,
    `${BADGE}:chip`,
  ],
  ...['__proto__', 'constructor', '', 'emails[', `${CUSTOM}:__proto__`, '$ref', 'emails[not (type pr)].type'],
);

const keys = fc.oneof(
  names,
  fc.constantFrom(
    'value',
    'type',
    'primary',
    'display',
    'displayName',
    '$ref',
    'givenName',
    'department',
    'VALUE',
    'amount',
    'number',
  ),
  fc.string({ maxLength: 5 }),
);

const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>('True', 'false', '', 'work', 'a', 'A', '{"id":"1"}', '2011-05-13T04:42:34Z', 'Zm9v'),
    fc.constantFrom<JsonValue>(true, false, null, 1, 2.5, -0, 1e21),
    fc.string({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    fc.record(
      { value: fc.constantFrom('a', 'b'), type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
      { requiredKeys: ['value'] },
    ),
  ),
}));

const operations = fc.array(
  fc.record(
    { op: fc.constantFrom('add', 'replace', 'remove', 'Add', 'Replace'), path: names, value: values },
    { requiredKeys: ['op'] },
  ),
  { minLength: 1, maxLength: 6 },
);

const resources = fc.constantFrom<readonly [ResourceType, JsonObject]>(
  [TENANT_USER, { schemas: [TENANT_USER.schema.id], userName: 'tamsin' }],
  [
    TENANT_USER,
    {
      schemas: [TENANT_USER.schema.id],
      userName: 'tamsin',
      name: { givenName: 'T' },
      emails: [{ value: 'a', type: 'work', primary: true }, { value: 'b', type: 'home' }, { value: 'c' }],
      addresses: [{ type: 'work', country: 'NL' }],
      [ENTERPRISE]: { manager: { value: 'm' }, hat: 'red' },
      [BADGE]: { number: '1', doors: ['A', 'B'], deposit: { amount: 5 }, lockers: [{ value: '7' }] },
      [CUSTOM]: { a: { b: 1 } },
    },
  ],
  [GROUP, { schemas: [GROUP.schema.id], displayName: 'Floor wardens', externalId: 'g' }],
);

/** Whether a filter chooses what the operation changes, in its path or in a key that is one. */
function chooses({ path, value }: { path?: string; value: JsonValue }): boolean {
  return [path ?? '', ...(isJsonObject(value) ? Object.keys(value) : [])].some((name) => name.includes('['));
}

const message = (Operations: JsonValue): JsonObject => ({ schemas: [PATCH_OP_SCHEMA], Operations });

/** The resource after the message, as a request has it; a ScimError where it is refused. */
function patched(type: ResourceType, resource: JsonObject, Operations: JsonValue): JsonObject | ScimError {
  try {
    const normalized = normalizePatch(canonicalNames(message(Operations), type), type, { groupReplaceAdds: true });
    return planPatch(normalized.message, type).apply(resource);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

/** Whether null or something empty, except for strings, is anywhere in a value. */
function hasNothing(value: JsonValue): boolean {
  if (value === null) return true;
  if (!isJsonArray(value) && !isJsonObject(value)) return false;
  const parts = isJsonArray(value) ? value : Object.values(value);
  return parts.length === 0 || parts.some(hasNothing);
}

function primaries(resource: JsonObject, name: string): number {
  const elements = member(resource, name);
  return isJsonArray(elements)
    ? elements.filter((element) => isJsonObject(element) && element['primary'] === true).length
    : 0;
}

describe('any PATCH whatever', () => {
  it('gives a resource in canonical form or a ScimError, and leaves its input alone', () => {
    let applied = 0;
    fc.assert(
      fc.property(resources, operations, ([type, body], given) => {
        const before = canonicalizeResource(body, type);
        const [copy, sent] = [structuredClone(before), structuredClone(given)];
        const after = patched(type, before, given);
        expect(before).toEqual(copy);
        expect(given).toEqual(sent);
        if (after instanceof ScimError) return;
        applied += 1;
        expect(JSON.stringify(canonicalizeResource(after, type))).toBe(JSON.stringify(after));
        expect(hasNothing(after)).toBe(false);
        for (const name of Object.keys(after)) expect(primaries(after, name)).toBeLessThan(2);
        expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
        expect({}).not.toHaveProperty('polluted');
      }),
      { numRuns: 3_000 },
    );
    expect(applied).toBeGreaterThan(300);
  });

  it('changes nothing more when a replacement is repeated', () => {
    const replacements = fc.record(
      { op: fc.constant('replace'), path: names, value: values },
      { requiredKeys: ['op', 'value'] },
    );
    fc.assert(
      fc.property(resources, replacements, ([type, body], given) => {
        const once = patched(type, canonicalizeResource(body, type), [given]);
        if (once instanceof ScimError) return;
        const twice = patched(type, once, [given]);
        // What an operation's filter chose may be gone after it.
        if (twice instanceof ScimError || chooses(given)) return;
        expect(sameResource(once, twice)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes nothing when an addition is repeated', () => {
    const additions = fc.record(
      { op: fc.constant('add'), path: names, value: values },
      { requiredKeys: ['op', 'value'] },
    );
    fc.assert(
      fc.property(resources, additions, ([type, body], given) => {
        const once = patched(type, canonicalizeResource(body, type), [given]);
        if (once instanceof ScimError || chooses(given)) return;
        expect(patched(type, once, [given])).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
