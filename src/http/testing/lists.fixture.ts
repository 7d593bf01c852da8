import { expect } from 'vitest';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import type { Answer, TestTenant } from './server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** An address with query parameters. */
export function address(path: string, parameters: Readonly<Record<string, string | number>>): string {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}

/** A SearchRequest with these members besides its schemas. */
export const searchFor = (members: JsonObject): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
  ...members,
});

/** Stages a user. Returns its id. */
export const stageUser = (tenant: TestTenant, userName: string, more: JsonObject = {}): Promise<string> =>
  stage(tenant, '/Users', { schemas: [USER], userName, ...more });

/** Stages a group. Returns its id. */
export const stageGroup = (tenant: TestTenant, displayName: string, more: JsonObject = {}): Promise<string> =>
  stage(tenant, '/Groups', { schemas: [GROUP], displayName, ...more });

async function stage(tenant: TestTenant, path: string, body: JsonObject): Promise<string> {
  const created = await tenant.send('POST', path, body);
  expect(created.status, created.text).toBe(201);
  return String(created.body['id']);
}

/** The resources of a list response. */
export function resourcesOf(answer: Answer): readonly JsonObject[] {
  expect(answer.status, answer.text).toBe(200);
  const resources = answer.body['Resources'];
  return Array.isArray(resources) ? resources.filter(isJsonObject) : expect.fail('no Resources in a list');
}

/** What the resources of a list have in one attribute. */
export const valuesOf = (answer: Answer, attribute: string): readonly unknown[] =>
  resourcesOf(answer).map((resource) => resource[attribute]);

/** The resources of all pages by cursor, from the first on. */
export async function allPages(page: (cursor: string) => Promise<Answer>): Promise<readonly JsonObject[]> {
  const resources: JsonObject[] = [];
  for (let cursor: unknown = ''; typeof cursor === 'string';) {
    const answer = await page(cursor);
    resources.push(...resourcesOf(answer));
    cursor = answer.body['nextCursor'];
  }
  return resources;
}
