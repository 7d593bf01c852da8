import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalizeResource } from './protocol/canonical/canonicalize.js';
import { schemaResource } from './protocol/discovery.js';
import type { EntraRule } from './protocol/entra/rule.js';
import { ENTRA_RULES, normalizePatch, normalizeResource } from './protocol/entra/rules.js';
import { matchesFilter } from './protocol/filter/evaluate-filter.js';
import { parseFilter } from './protocol/filter/parse-filter.js';
import type { JsonObject } from './protocol/json.js';
import { applyPatch } from './protocol/patch/apply-patch.js';
import type { PatchOperation } from './protocol/patch/operation.js';
import { attribute, type ResourceType } from './protocol/schemas/attribute.js';
import { USER } from './protocol/schemas/resource-types.js';
import { searchForm } from './protocol/search-form.js';
import { ROOT } from './testing/structure/import-graph.js';

const PAGE = readFileSync(join(ROOT, 'docs/changing.md'), 'utf8');

describe('docs/changing.md', () => {
  const paths = [...PAGE.matchAll(/`([\w.-]+\/[\w./-]+|[\w-]+\.(?:md|json|ts))`/gu)].map(([, path]) => path ?? '');
  const files = paths.filter((path) => !['backend.ts', 'backend.test.ts'].includes(path));

  it('names files that exist', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('a new core attribute needs a line in the table of its schema alone, so that', () => {
  const added = attribute('pronouns', 'How to speak of the person.');
  const type: ResourceType = { ...USER, schema: { ...USER.schema, attributes: [...USER.schema.attributes, added] } };
  const ada: JsonObject = { schemas: [USER.schema.id], userName: 'ada', pronouns: 'She/Her' };

  it('discovery lists it', () => {
    expect(schemaResource(type.schema, 'https://scim.example/scim')['attributes']).toContainEqual(
      expect.objectContaining({ name: 'pronouns', type: 'string', mutability: 'readWrite' }),
    );
  });

  it('a body with it is kept, and held to its type', () => {
    expect(canonicalizeResource(ada, type)).toMatchObject({ pronouns: 'She/Her' });
    expect(canonicalizeResource(ada, USER)).not.toHaveProperty('pronouns');
    expect(() => canonicalizeResource({ ...ada, pronouns: 7 }, type)).toThrow('pronouns');
  });

  it('filters find by it', () => {
    const filter = parseFilter('PRONOUNS sw "she"', type);
    expect(matchesFilter(filter, searchForm(ada, type))).toBe(true);
    expect(matchesFilter(filter, searchForm({ ...ada, pronouns: 'they/them' }, type))).toBe(false);
  });

  it('PATCH changes it', () => {
    const patch = (operation: PatchOperation): JsonObject => applyPatch(ada, [operation], type);
    expect(patch({ op: 'replace', path: 'pronouns', value: 'they/them' })).toMatchObject({ pronouns: 'they/them' });
    expect(patch({ op: 'remove', path: 'pronouns', value: undefined })).not.toHaveProperty('pronouns');
  });
});

describe('a new Entra dialect rule needs an entry in the table of rules alone, so that', () => {
  const added: EntraRule = {
    name: 'dash-clears',
    sender: 'entra',
    value: (value) => (value === '-' ? null : value),
  };
  const rules = [...ENTRA_RULES, added];
  const patch = { schemas: [], Operations: [{ op: 'replace', path: 'title', value: '-' }] };

  it('it rewrites PATCH messages and is reported', () => {
    const { message, rules: fired } = normalizePatch(patch, USER, {}, rules);
    expect(message).toMatchObject({ Operations: [{ op: 'replace', path: 'title', value: null }] });
    expect(fired).toEqual(['dash-clears']);
    expect(normalizePatch(patch, USER).rules).toEqual([]);
  });

  it('it rewrites the bodies of creates and is reported', () => {
    const { message, rules: fired } = normalizeResource({ userName: 'ada', title: '-' }, USER, rules);
    expect(message).toMatchObject({ userName: 'ada', title: null });
    expect(fired).toEqual(['dash-clears']);
  });
});
