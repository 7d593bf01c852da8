import { isObject, parseJson, type Json, type JsonObject } from '../json.js';

export interface CreatedTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly token: string;
}

/** Sets up tenants by the admin API, past Dredd. */
export class Operator {
  constructor(
    readonly origin: string,
    readonly adminToken: string,
  ) {}

  async createTenant(name: string): Promise<CreatedTenant> {
    const { tenantId, token } = await this.#send('POST', '/tenants', { name });
    if (typeof tenantId !== 'string' || typeof token !== 'string') throw new Error('the new tenant has no id or token');
    return { tenantId, name, token };
  }

  async disableTenant(tenantId: string): Promise<void> {
    await this.#send('PATCH', `/tenants/${tenantId}`, { enabled: false });
  }

  async changeSettings(tenantId: string, settings: JsonObject): Promise<void> {
    await this.#send('PATCH', `/tenants/${tenantId}`, { settings });
  }

  /** Returns the id of the token. */
  async issueToken(tenantId: string): Promise<string> {
    const { tokenId } = await this.#send('POST', `/tenants/${tenantId}/tokens`, {});
    if (typeof tokenId !== 'string') throw new Error('the new token has no id');
    return tokenId;
  }

  /** Registers a schema with one attribute, a whole number `level`. */
  async registerSchema(tenantId: string, urn: string): Promise<void> {
    await this.#send('PUT', `/tenants/${tenantId}/schemas/${urn}`, {
      attributes: [{ name: 'level', type: 'integer' }],
    });
  }

  /** Stages a user with something under a URN. */
  async stageUser({ token, name }: CreatedTenant, urn: string, extension: JsonObject): Promise<void> {
    const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: name, [urn]: extension };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    await sendJson(`${this.origin}/scim/Users`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  #send(method: string, path: string, body: Json): Promise<JsonObject> {
    const authorization = `Bearer ${this.adminToken}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return sendJson(`${this.origin}/admin/api${path}`, { method, headers, body: JSON.stringify(body) });
  }
}

/**
 * Sends a request that is to prepare another.
 * @throws Error when it is refused, or not answered with an object.
 */
export async function sendJson(url: string, init: RequestInit): Promise<JsonObject> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body = parseJson(text);
  if (!response.ok || !isObject(body)) {
    throw new Error(
      `${init.method ?? 'GET'} ${url}, which prepares a request, was answered ${response.status}: ${text}`,
    );
  }
  return body;
}
