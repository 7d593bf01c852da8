import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';

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

  /** Returns a token that may only read. */
  async issueCheckToken(tenantId: string): Promise<string> {
    return textIn(await this.#send('POST', `/tenants/${tenantId}/tokens`, { scopes: ['scim.read'] }), 'token');
  }

  async createOAuthClient(tenantId: string): Promise<{ readonly clientId: string; readonly credentialId: string }> {
    const { clientId, credentials } = await this.#send('POST', `/tenants/${tenantId}/oauth-clients`, {});
    const [credential] = isArray(credentials) ? credentials : [];
    if (typeof clientId !== 'string' || !isObject(credential)) throw new Error('the new client has no id or secret');
    return { clientId, credentialId: textIn(credential, 'credentialId') };
  }

  async createAdminToken(
    role: string,
  ): Promise<{ readonly id: string; readonly label: string; readonly token: string }> {
    const label = `walk ${randomUUID()}`;
    const made = await this.#send('POST', '/admin-tokens', { label, role });
    return { id: textIn(made, 'adminTokenId'), label, token: textIn(made, 'token') };
  }

  async makeSetupLink(tenantId: string): Promise<void> {
    await this.#send('POST', `/tenants/${tenantId}/setup-link`, {});
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
    await this.#stage('/Users', token, body);
  }

  /** Stages a user, and a group that has it. */
  async stageMember({ token }: CreatedTenant, userName: string): Promise<void> {
    const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName };
    const { id } = await this.#stage('/Users', token, user);
    const members = typeof id === 'string' ? [{ value: id }] : [];
    const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: userName, members };
    await this.#stage('/Groups', token, group);
  }

  /** Disables a staged user, as Entra does. */
  async disableUser({ token }: CreatedTenant, userName: string): Promise<void> {
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    const headers = { authorization: `Bearer ${token}` };
    const { Resources } = await sendJson(`${this.origin}/scim/Users?filter=${filter}`, { headers });
    const [user] = isArray(Resources) ? Resources : [];
    if (!isObject(user)) throw new Error(`there is no user ${userName}`);
    await this.#stage(`/Users/${textIn(user, 'id')}`, token, { ...user, active: false }, 'PUT');
  }

  /** Makes a plan of the tenant's synchronization, and returns its id. */
  async makePlan(tenantId: string): Promise<string> {
    return textIn(await this.#sync(tenantId, '/plans'), 'planId');
  }

  async digestOf(tenantId: string, planId: string): Promise<string> {
    const headers = { authorization: `Bearer ${this.adminToken}` };
    return textIn(
      await sendJson(`${this.origin}/admin/api/tenants/${tenantId}/sync/plans/${planId}`, { headers }),
      'digest',
    );
  }

  /** Applies a plan, without waiting for the run; returns the run's id. */
  async apply(tenantId: string, planId: string): Promise<string> {
    return textIn(await this.#sync(tenantId, `/plans/${planId}/apply`), 'runId');
  }

  async discard(tenantId: string, planId: string): Promise<void> {
    await this.#sync(tenantId, `/plans/${planId}/discard`);
  }

  async pause(tenantId: string): Promise<void> {
    await this.#sync(tenantId, '/pause');
  }

  async hold(tenantId: string, resource: string): Promise<void> {
    const body = { by: 'walk', reason: 'walk', resource };
    await this.#send('PUT', `/tenants/${tenantId}/sync/holds`, body);
  }

  /** Waits until the tenant's latest run is in a state. */
  async untilRun(tenantId: string, state: string): Promise<void> {
    const headers = { authorization: `Bearer ${this.adminToken}` };
    for (;;) {
      const { run } = await sendJson(`${this.origin}/admin/api/tenants/${tenantId}/sync/status`, { headers });
      if (isObject(run) && run['state'] === state) return;
      await sleep(20);
    }
  }

  #sync(tenantId: string, path: string): Promise<JsonObject> {
    return this.#send('POST', `/tenants/${tenantId}/sync${path}`, { by: 'walk' });
  }

  #stage(path: string, token: string, body: JsonObject, method = 'POST'): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
    return sendJson(`${this.origin}/scim${path}`, { method, headers, body: JSON.stringify(body) });
  }

  #send(method: string, path: string, body: Json): Promise<JsonObject> {
    const authorization = `Bearer ${this.adminToken}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return sendJson(`${this.origin}/admin/api${path}`, { method, headers, body: JSON.stringify(body) });
  }
}

function textIn(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value !== 'string') throw new Error(`there is no ${name} in the answer`);
  return value;
}

/**
 * Sends a request that is to prepare another.
 * @returns the answer; an empty object where it has no body
 * @throws Error when it is refused, or not answered with an object.
 */
export async function sendJson(url: string, init: RequestInit): Promise<JsonObject> {
  const response = await fetch(url, init);
  if (response.status === 204) return {};
  const text = await response.text();
  const body = parseJson(text);
  if (!response.ok || !isObject(body)) {
    throw new Error(
      `${init.method ?? 'GET'} ${url}, which prepares a request, was answered ${response.status}: ${text}`,
    );
  }
  return body;
}
