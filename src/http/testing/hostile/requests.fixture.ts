import type { JsonObject } from '../../../protocol/json.js';
import type { Sent } from '../server.fixture.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
export const NOBODY = '01890000-0000-7000-8000-000000000000';

export const user = (userName: string, more: JsonObject = {}): JsonObject => ({ schemas: [USER], userName, ...more });
export const patch = (...Operations: JsonObject[]): JsonObject => ({ schemas: [PATCH], Operations });
export const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** A request that is refused; ID stands for the id of a user. */
export interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Sent['body'];
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly scimType?: string;
}

export const text = (json: string): string => `{"schemas":["${USER}"],"userName":"hostile",${json}}`;
