import { expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../schemas/enterprise-user.js';
import { USER } from '../schemas/resource-types.js';
import { ScimError, type ScimType } from '../scim-error.js';
import { applyPatch } from './apply-patch.js';
import type { PatchOptions } from './change.js';
import type { PatchOperation } from './operation.js';

export const CORE = USER.schema.id;

export const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id;

export const work = { value: 'w@contoso.example', type: 'work', primary: true };

export const home = { value: 'h@contoso.example', type: 'home' };

export const add = (path: string | undefined, value: JsonObject[string]): PatchOperation => ({
  op: 'add',
  path,
  value,
});

export const replace = (path: string | undefined, value: JsonObject[string]): PatchOperation => ({
  op: 'replace',
  path,
  value,
});

export const remove = (path: string, value?: JsonObject[string]): PatchOperation => ({ op: 'remove', path, value });

/** A user with these attributes, in canonical form. */
export function user(attributes: JsonObject = {}, ...extensions: string[]): JsonObject {
  return { schemas: [CORE, ...extensions], userName: 'tamsin', active: true, ...attributes };
}

export function outcomeOf(patch: () => JsonObject): JsonObject | ScimType | undefined {
  try {
    return patch();
  } catch (error) {
    if (error instanceof ScimError) return error.scimType;
    throw error;
  }
}

interface Row {
  readonly does: string;
  readonly to?: JsonObject;
  readonly operations: readonly PatchOperation[];
  readonly gives: JsonObject | ScimType;
  readonly type?: ResourceType;
  readonly options?: PatchOptions;
}

export function hold(rows: readonly Row[]): void {
  it.each(rows)('$does', ({ to = user(), operations, gives, type = USER, options }) => {
    const before = structuredClone(to);
    expect(outcomeOf(() => applyPatch(to, operations, type, options))).toEqual(gives);
    expect(to).toEqual(before);
  });
}
