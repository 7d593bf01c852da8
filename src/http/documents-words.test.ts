import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { AUDIT_ACTIONS } from '../sync/audit-actions.js';
import { readDocument } from './documents.js';

const documentOf = (name: 'scim' | 'admin' | 'backend'): JsonObject =>
  readDocument(name).definition as unknown as JsonObject;

const atPath = (value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);

/** Each property that the document's schemas have, by where it stands; a reference has what it refers to. */
function* properties(value: JsonValue | undefined, at: string, document: JsonObject): Generator<[string, JsonObject]> {
  if (isJsonArray(value))
    for (const [index, element] of value.entries()) yield* properties(element, `${at}[${index}]`, document);
  if (!isJsonObject(value)) return;
  const held = value['properties'];
  for (const [name, property] of Object.entries(isJsonObject(held) && isSchema(value) ? held : {})) {
    if (!isJsonObject(property)) continue;
    const { $ref } = property;
    const target = typeof $ref === 'string' ? atPath(document, $ref.slice(2).split('/')) : property;
    yield [`${at}.${name}`, isJsonObject(target) ? target : {}];
  }
  for (const [name, inner] of Object.entries(value)) {
    if (name !== 'example' && name !== 'examples') yield* properties(inner, `${at}.${name}`, document);
  }
}

/** A schema whose own name is `properties` would be a property; none is. */
const isSchema = (value: JsonObject): boolean => !('in' in value);

/** A sentence or a few words that say more than the name does. */
const isInformative = (text: JsonValue | undefined): boolean =>
  typeof text === 'string' && text.trim().split(/\s+/u).length >= 2 && /[.:]\s*$|\.\n/u.test(text);

describe.each(['scim', 'admin', 'backend'] as const)('openapi/%s.yaml', (name) => {
  const document = documentOf(name);

  it('describes each of its properties', () => {
    const all = [...properties(document, name, document)];
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter(([, { description }]) => !isInformative(description)).map(([at]) => at)).toEqual([]);
  });
});

describe('openapi/admin.yaml', () => {
  it('names the actions of the audit trail that the server writes, and no others', () => {
    const description = atPath(documentOf('admin'), [
      ...['components', 'schemas', 'SyncAuditEntry', 'properties', 'action', 'description'],
    ]);
    const named = [...String(description).matchAll(/`([a-z]+\.[a-zA-Z]+)`/gu)].map(([, action]) => action);
    expect(named.sort()).toEqual([...AUDIT_ACTIONS].sort());
  });
});

describe('CHANGELOG.md', () => {
  const headings = [...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## (.+)$/gmu)].map(([, heading]) => heading);

  it('has each version once', () => {
    expect(headings).toEqual([...new Set(headings)]);
  });

  it.each(['scim', 'admin', 'backend'] as const)('has the version of openapi/%s.yaml', (name) => {
    const { version } = readDocument(name).definition.info;
    expect(headings).toContain(name === 'scim' ? version : `${name}.yaml ${version}`);
  });
});
