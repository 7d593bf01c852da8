import { expect } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { Answer, TestTenant } from '../testing/server.fixture.js';

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** An id that no resource has. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

let names = 0;

/** A name that no other resource of the test file has. */
export const newName = (): string => `name-${(names += 1)}`;

export const userBody = (attributes: JsonObject = {}): JsonObject => ({
  schemas: [USER_URN],
  userName: newName(),
  ...attributes,
});

export const groupBody = (attributes: JsonObject = {}): JsonObject => ({
  schemas: [GROUP_URN],
  displayName: newName(),
  ...attributes,
});

export const patchOf = (...Operations: JsonObject[]): JsonObject => ({ schemas: [PATCH_URN], Operations });

/** Creates a user and returns it as it was answered. */
export async function aUser(tenant: TestTenant, attributes: JsonObject = {}): Promise<JsonObject> {
  return created(await tenant.send('POST', '/Users', userBody(attributes)));
}

/** Creates a group of the resources with those ids and returns it as it was answered. */
export async function aGroup(
  tenant: TestTenant,
  members: readonly string[] = [],
  attributes: JsonObject = {},
): Promise<JsonObject> {
  const body = groupBody({ ...attributes, members: members.map((value) => ({ value })) });
  return created(await tenant.send('POST', '/Groups', body));
}

function created({ status, body, text }: Answer): JsonObject {
  expect(status, text).toBe(201);
  return body;
}

/** The status, and the scimType where there is one, such as `400 invalidValue`. */
const outcomeOf = ({ status, body }: Answer): string =>
  [status, body['scimType']].filter((part) => part !== undefined).join(' ');

/** Expects a SCIM error (RFC 7644 §3.12) with that status and scimType, as `outcomeOf` has them. */
export function expectError(answer: Answer, outcome: string): void {
  expect(outcomeOf(answer), answer.text).toBe(outcome);
  expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/u);
  expect(answer.body).toMatchObject({ schemas: [ERROR_URN], status: String(answer.status) });
  expect(answer.body['detail']).toMatch(/\w/u);
}

export const idOf = (resource: JsonObject): string => textAt(resource, 'id');

/** The text at a path of names and indexes, such as `meta.version`. */
export function textAt(value: JsonValue, path: string): string {
  const found = path.split('.').reduce<JsonValue | undefined>(stepInto, value);
  expect(typeof found, `${path} of ${JSON.stringify(value)}`).toBe('string');
  return String(found);
}

function stepInto(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isJsonArray(value)) return value[Number(name)];
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The resources of a ListResponse. */
export function resourcesOf({ body, text }: Answer): readonly JsonObject[] {
  const resources = body['Resources'];
  expect(isJsonArray(resources), text).toBe(true);
  return isJsonArray(resources) ? resources.filter(isJsonObject) : [];
}

/** What a list names its resources by: a user's userName, a group's displayName. */
export const namesOf = (answer: Answer): readonly (JsonValue | undefined)[] =>
  resourcesOf(answer).map((resource) => resource['userName'] ?? resource['displayName']);

/** The path of a list with query parameters. */
export const query = (path: string, parameters: Readonly<Record<string, string>>): string =>
  `${path}?${new URLSearchParams(parameters).toString()}`;
