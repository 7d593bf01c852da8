import { randomUUID } from 'node:crypto';
import { mapTexts, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { sendJson, type Operator } from '../server/operator.js';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export interface StagedResource {
  readonly id: string;
  readonly version: string;
}

/** A tenant of its own for a walk over the SCIM interface, and another that is disabled. */
export class ScimWorld {
  private constructor(
    readonly operator: Operator,
    readonly token: string,
    readonly disabledToken: string,
    /** A token of the tenant that may only read. */
    readonly checkToken: string,
  ) {}

  static async create(operator: Operator): Promise<ScimWorld> {
    const tenant = await operator.createTenant(`walk ${randomUUID()}`);
    const disabled = await operator.createTenant(`disabled ${randomUUID()}`);
    await operator.disableTenant(disabled.tenantId);
    const check = await operator.issueCheckToken(tenant.tenantId);
    return new ScimWorld(operator, tenant.token, disabled.token, check);
  }

  /** The same with another, empty tenant. */
  async elsewhere(): Promise<ScimWorld> {
    const { token } = await this.operator.createTenant(`elsewhere ${randomUUID()}`);
    return new ScimWorld(this.operator, token, this.disabledToken, this.checkToken);
  }

  /** A body with ids of new users in place of the ids that it shows. Ids that we give out are of version 7, others are not. */
  async withLiveIds(body: Json): Promise<Json> {
    const shown = new Set(JSON.stringify(body).match(/\b[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}\b/g));
    const live = await Promise.all([...shown].map(async (id) => [id, (await this.user()).id] as const));
    return mapTexts(body, (text) => live.reduce((done, [from, to]) => done.replaceAll(from, to), text));
  }

  /** Stages a user. */
  user(userName: string = newName()): Promise<StagedResource> {
    return this.#create('/Users', userBody(userName));
  }

  /** Stages a group. */
  group(displayName: string = newName()): Promise<StagedResource> {
    return this.#create('/Groups', groupBody(displayName));
  }

  async #create(path: string, body: JsonObject): Promise<StagedResource> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/scim+json' };
    const url = `${this.operator.origin}/scim${path}`;
    const { id, meta } = await sendJson(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const version = typeof meta === 'object' && meta !== null && 'version' in meta ? meta.version : undefined;
    if (typeof id !== 'string' || typeof version !== 'string') throw new Error(`${url} gave no id or no version`);
    return { id, version };
  }
}

export const newName = (): string => `walker.${randomUUID()}@contoso.example`;

export const userBody = (userName: string): JsonObject => ({ schemas: [USER_SCHEMA], userName, active: true });

export const groupBody = (displayName: string): JsonObject => ({ schemas: [GROUP_SCHEMA], displayName });

export const patchBody = (...operations: readonly JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});

export const bulkBody = (...operations: readonly JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
  Operations: operations,
});

export const searchBody = (members: JsonObject): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
  ...members,
});
