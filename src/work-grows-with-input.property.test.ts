// First, since code that is compiled before has no counters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './http/router/json-body.js';
import { byLowerCase, decodeTarget, parametersOf } from './http/router/request-target.js';
import { limitPageSizes } from './storage/page-size.js';
import { bulkOrder } from './protocol/bulk/order.js';
import { referencesIn } from './protocol/bulk/references.js';
import { canonicalizeResource } from './protocol/canonical/canonicalize.js';
import { canonicalNames } from './protocol/canonical/names.js';
import { conform } from './protocol/custom-schema/conform.js';
import { parseCustomSchema } from './protocol/custom-schema/definition.js';
import { normalizePatch, normalizeResource } from './protocol/entra/rules.js';
import { matchesFilter } from './protocol/filter/evaluate-filter.js';
import { parseFilter } from './protocol/filter/parse-filter.js';
import type { JsonObject, JsonValue } from './protocol/json.js';
import { planPatch } from './protocol/patch/apply-patch.js';
import { parseProjection, project } from './protocol/projection.js';
import { replaceResource } from './protocol/replace.js';
import { attribute } from './protocol/schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from './protocol/schemas/enterprise-user.js';
import { GROUP_SCHEMA } from './protocol/schemas/group.js';
import { GROUP, USER } from './protocol/schemas/resource-types.js';
import { USER_SCHEMA } from './protocol/schemas/user.js';
import { ScimError } from './protocol/scim-error.js';
import { foldString, matchingValues, searchForm } from './protocol/search-form.js';
import { parseTags } from './protocol/version.js';
import { countSteps } from './testing/count-steps.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const LIMITS = { depth: 40, parts: 1_000_000 };
const MOST_OPERATIONS = 100_000;
const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const user = (more: JsonObject): JsonObject => ({ schemas: [USER_SCHEMA.id], userName: 'a', ...more });
const emails = (count: number): JsonValue => many(count, (n) => ({ value: `${n}@a.example`, type: `t${n}` }));
const kept = (count: number): JsonObject => Object.fromEntries(many(count, (n) => [`urn:x:${n}`, { a: 1 }]));
const names = (count: number): JsonObject => Object.fromEntries(many(count, (n) => [`n${n}`, n]));

function patchUser(resource: JsonObject, ...Operations: JsonObject[]): void {
  const { message } = normalizePatch(canonicalNames({ schemas: [PATCH], Operations }, USER), USER);
  planPatch(message, USER, { operations: MOST_OPERATIONS }).apply(resource);
}

function patchGroup(...Operations: JsonObject[]): void {
  planPatch(normalizePatch({ schemas: [PATCH], Operations }, GROUP).message, GROUP, { operations: MOST_OPERATIONS });
}

function create(body: JsonObject): void {
  const { message } = normalizeResource(canonicalNames(body, USER), USER);
  matchingValues(searchForm(canonicalizeResource(message, USER), USER), USER);
}

/** Work on an input that grows with a number; made before its steps are counted. */
type Kind = (size: number) => () => void;

/** Each with the smallest size; the largest is 16 times that, and refused nowhere. */
const ACCEPTED: Readonly<Record<string, readonly [smallest: number, kind: Kind]>> = {
  'repeats of one query parameter': [
    6,
    (n) => () => parametersOf(decodeTarget(`/Users?${'a=1&'.repeat(n)}`, new Map()).query, byLowerCase(['a'])),
  ],
  'names in a projection': [60, (n) => () => parseProjection({ attributes: many(n, (i) => `a${i}.b`).join() }, USER)],
  'names in a list for a projection': [60, (n) => () => parseProjection({ attributes: many(n, (i) => `a${i}`) }, USER)],
  'attributes that are projected': [
    60,
    (n) => {
      const projection = parseProjection({ excludedAttributes: many(n, (i) => `urn:x:y:n${i}`) }, USER);
      const resource = user({ 'urn:x:y': names(n) });
      return () => project(resource, projection, USER);
    },
  ],
  'comparisons in a filter': [12, (n) => () => parseFilter(many(n, (i) => `title eq "${i}"`).join(' or '), USER)],
  'the text of a filter': [500, (n) => () => parseFilter(`title eq "${'\\"'.repeat(n / 2)}"`, USER)],
  'a text that is searched for another': [
    3_000,
    (n) => {
      const half = 'a'.repeat(n / 20);
      const filter = parseFilter(`title co "${half}b${half}"`, USER);
      const form = searchForm(user({ title: 'a'.repeat(n) }), USER);
      return () => matchesFilter(filter, form);
    },
  ],
  'names in a body': [60, (n) => () => parseJsonBody(Buffer.from(JSON.stringify(names(n))), LIMITS)],
  'strings in a body': [500, (n) => () => parseJsonBody(Buffer.from(JSON.stringify({ a: many(n, String) })), LIMITS)],
  'escapes in a body': [500, (n) => () => parseJsonBody(Buffer.from(`{"a":"${'\\u00e9'.repeat(n)}"}`), LIMITS)],
  'numbers in a body': [500, (n) => () => parseJsonBody(Buffer.from(`{"a":[${'1.5,'.repeat(n)}0]}`), LIMITS)],
  'combining marks in a text': [500, (n) => () => foldString(`a${'\u0301\u0323'.repeat(n / 2)}`)],
  'values of an attribute': [60, (n) => () => create(user({ emails: emails(n) }))],
  'equal values of an attribute': [200, (n) => () => create(user({ emails: many(n, () => ({ value: 'a' })) }))],
  'extensions without a schema': [50, (n) => () => create(user(kept(n)))],
  'values that are kept as sent': [200, (n) => () => create(user({ 'urn:x:y': { a: many(n, String) } }))],
  'roles as JSON': [60, (n) => () => create(user({ roles: many(n, (i) => ({ value: `{"id":"${i}"}` })) }))],
  'a resource that is replaced': [
    60,
    (n) => {
      const before = canonicalizeResource(user({ emails: emails(n), ...kept(n) }), USER);
      return () => replaceResource(before, user({ emails: emails(n), ...kept(n) }), USER);
    },
  ],
  'operations that set an attribute': [
    50,
    (n) => () => patchUser(user({}), ...many(n, (i) => ({ op: 'Replace', path: 'title', value: `${i}` }))),
  ],
  'operations on a resource of many extensions': [
    50,
    (n) => {
      const before = canonicalizeResource(user(kept(n)), USER);
      const operations = many(n, (i) => ({ op: 'add', path: `${ENTERPRISE}:department`, value: `${i}` }));
      return () => patchUser(before, ...operations);
    },
  ],
  'operations that each set an unknown attribute': [
    60,
    (n) => () => patchUser(user({}), ...many(n, (i) => ({ op: 'add', path: `urn:x${i}:y:a`, value: 'x' }))),
  ],
  'attributes in one operation': [50, (n) => () => patchUser(user({}), { op: 'replace', value: names(n) })],
  // As many as are remembered at most: past that each is read twice.
  'paths in one operation': [
    30,
    (n) => () => {
      const value = Object.fromEntries(many(n, (i) => [`urn:x:y:a${i}`, 'x']));
      patchUser(user({}), { op: 'replace', value });
    },
  ],
  'values in one operation': [
    50,
    (n) => {
      const before = canonicalizeResource(user({ emails: emails(n / 2) }), USER);
      return () => patchUser(before, { op: 'add', path: 'emails', value: emails(n) });
    },
  ],
  'values that an operation searches': [
    50,
    (n) => {
      const before = canonicalizeResource(user({ emails: emails(n) }), USER);
      return () => patchUser(before, { op: 'replace', path: 'emails[type eq "t1"].display', value: 'x' });
    },
  ],
  'booleans as strings in the filter of a path': [
    8,
    (n) => () => {
      const filter = many(n, () => 'primary eq "True"').join(' or ');
      const before = user({ roles: [{ value: 'a', primary: true }] });
      patchUser(before, { op: 'replace', path: `roles[${filter}].display`, value: 'x' });
    },
  ],
  'members in one operation': [
    200,
    (n) => () => patchGroup({ op: 'add', path: 'members', value: many(n, (i) => ({ value: `${i}` })) }),
  ],
  'operations on members': [
    50,
    (n) => () => {
      const ids = many(n, String);
      patchGroup(
        ...ids.map((value) => ({ op: 'add', path: 'members', value: [{ value }] })),
        ...ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
      );
    },
  ],
  'operations of a bulk request in a chain': [
    100,
    (n) => () =>
      bulkOrder(many(n, (i) => ({ creates: `${i}`, needs: new Set([`${(i + 1) % n}`]), target: undefined }))),
  ],
  'references in a bulk request': [
    200,
    (n) => () => referencesIn({ schemas: [GROUP_SCHEMA.id], members: many(n, (i) => ({ value: `bulkId:${i}` })) }),
  ],
  'operations of a bulk request on one resource': [
    100,
    (n) => () => bulkOrder(many(n, () => ({ creates: undefined, needs: new Set<string>(), target: 'Users/1' }))),
  ],
  'attributes in a schema': [
    12,
    (n) => () => {
      const attributes = many(n, (i) => ({ name: `a${i}`, type: 'string' }));
      parseCustomSchema({ id: 'urn:example:1:User', attributes });
    },
  ],
  'staged values that a schema takes over': [
    20,
    (n) => {
      const tags = attribute('tags', 'Strings.', { multiValued: true });
      const known = { custom: true, resourceType: 'User' } as const;
      const schema = { id: 'urn:x:y:User', name: 'X', description: '', attributes: [tags], ...known };
      const type = { ...USER, extensions: [...USER.extensions, schema] };
      const held = many(n, (i) => (i % 2 === 0 ? `${i}` : i));
      return () => conform(user({ [schema.id]: { tags: held } }), schema, type);
    },
  ],
  'entity tags in a header': [500, (n) => () => parseTags('"1", '.repeat(n))],
};

/** Each with a size at which it is refused; one four times as large takes no more than four times the steps. */
const REFUSED: Readonly<Record<string, readonly [size: number, kind: Kind]>> = {
  'repeats of one query parameter': [5_000, ACCEPTED['repeats of one query parameter']?.[1] ?? neverMade],
  'names in a projection': [5_000, ACCEPTED['names in a projection']?.[1] ?? neverMade],
  'values of an attribute': [1_100, ACCEPTED['values of an attribute']?.[1] ?? neverMade],
  'operations that each search many values': [
    1_000,
    (n) => {
      const before = canonicalizeResource(user({ emails: emails(300) }), USER);
      const operations = many(n, (i) => ({ op: 'replace', path: `emails[type eq "t${i % 300}"].display`, value: 'x' }));
      return () => planPatch({ schemas: [PATCH], Operations: operations }, USER, { operations: n }).apply(before);
    },
  ],
};

function neverMade(): never {
  throw new Error('there is no such kind of input');
}

function stepsOf(kind: Kind, size: number, isRefused: boolean): number {
  const work = kind(size);
  let refusal: unknown;
  const steps = countSteps(() => {
    try {
      work();
    } catch (error) {
      refusal = error;
    }
  }, '/src/');
  expect(refusal instanceof ScimError ? 'refused' : (refusal ?? 'accepted')).toBe(isRefused ? 'refused' : 'accepted');
  return steps;
}

/** What is sorted takes n log n; what grows with the square takes 16 times the steps for 4 times the input. */
const AT_MOST = 4 * 1.2;

describe('the work for a request grows with it, and no faster', () => {
  it.each(Object.entries(ACCEPTED))('for %s', (_name, [smallest, kind]) => {
    const [first = 0, second = 0, third = 0] = [1, 4, 16].map((times) => stepsOf(kind, smallest * times, false));
    expect(first).toBeGreaterThan(0);
    expect(second / first).toBeLessThan(AT_MOST);
    expect(third / second).toBeLessThan(AT_MOST);
  });

  it.each(Object.entries(REFUSED))('for %s that are refused', (_name, [size, kind]) => {
    expect(stepsOf(kind, 4 * size, true) / stepsOf(kind, size, true)).toBeLessThan(AT_MOST);
  });

  it('whatever operations are put together', () => {
    const operation = fc.constantFrom<(index: number) => JsonObject>(
      (i) => ({ op: 'add', path: 'emails', value: [{ value: `${i % 8}`, type: 'work' }] }),
      (i) => ({ op: 'replace', path: `emails[value eq "${i % 8}"].display`, value: `${i}` }),
      (i) => ({ op: 'remove', path: `emails[value eq "${i % 8}"]` }),
      (i) => ({ op: 'replace', value: { title: `${i}`, [`${ENTERPRISE}:department`]: `${i}` } }),
      (i) => ({ op: 'add', value: { [`urn:x:${i % 8}`]: { a: i }, 'name.givenName': `${i}` } }),
      (i) => ({ op: 'add', path: `urn:x:${i % 8}:b.c`, value: `${i}` }),
    );
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 5 }), (kinds) => {
        const patched: Kind = (n) => {
          const operations = many(n, (i) => kinds[i % kinds.length]?.(i) ?? {});
          const tolerant = operations.flatMap((one, i) => [
            { op: 'add', path: 'emails', value: [{ value: `${i % 8}` }] },
            one,
          ]);
          return () => patchUser(user({}), ...tolerant);
        };
        const [second, third] = [80, 320].map((size) => stepsOf(patched, size, false));
        expect((third ?? 0) / (second ?? 1)).toBeLessThan(AT_MOST);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
