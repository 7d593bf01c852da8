import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../json.js';
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
    readonly origin: string,
    readonly token: string,
    readonly disabledToken: string,
  ) {}

  static async create(operator: Operator): Promise<ScimWorld> {
    const tenant = await operator.createTenant(`walk ${randomUUID()}`);
    const disabled = await operator.createTenant(`disabled ${randomUUID()}`);
    await operator.disableTenant(disabled.tenantId);
    return new ScimWorld(operator.origin, tenant.token, disabled.token);
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
    const url = `${this.origin}/scim${path}`;
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
