import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';
import type { StorageKind } from '../../storage/testing/storage.fixture.js';
import { type Receiver, startReceiver } from '../../sync/testing/receiver.fixture.js';
import { type Answer, startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

/** Names that requests have. */
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const NEVER = '0198c59f-0000-7000-8000-000000000000';
export const BY = { by: 'Grace' };

/** A server with a receiver, and a tenant of it. */
export class SyncServer {
  server!: TestServer;
  tenant!: TestTenant;
  receiver!: Receiver;

  async open(kind: StorageKind): Promise<void> {
    this.receiver = await startReceiver();
    this.server = await startTestServer(kind, this.receiver.environment);
  }

  async close(): Promise<void> {
    this.receiver.answerAll();
    await this.server.stop();
    await this.receiver.close();
  }

  /** Sends a request below `/tenants/{tenantId}/sync`. */
  send(method: string, path: string, body?: JsonObject, of: TestTenant = this.tenant): Promise<Answer> {
    return this.server.send({
      method,
      path: `/admin/api/tenants/${of.id}/sync${path}`,
      token: this.server.adminToken,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    });
  }

  async stage(userName: string, more: JsonObject = {}): Promise<string> {
    const { body } = await this.tenant.send('POST', '/Users', { schemas: [USER], userName, ...more });
    return textOf(body, 'id');
  }

  disable(id: string): Promise<Answer> {
    return this.tenant.send('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: false }],
    });
  }

  async makePlan(): Promise<string> {
    const made = await this.send('POST', '/plans', BY);
    expect(made.status).toBe(201);
    return textOf(made.body, 'planId');
  }

  apply(planId: string, more: JsonObject = {}): Promise<Answer> {
    return this.send('POST', `/plans/${planId}/apply`, { ...BY, ...more });
  }

  async applied(planId: string, more: JsonObject = {}): Promise<string> {
    const started = await this.apply(planId, more);
    expect(started.status).toBe(202);
    await this.untilRun('finished');
    return textOf(started.body, 'runId');
  }

  async untilRun(state: string): Promise<JsonObject> {
    for (;;) {
      const { run } = (await this.send('GET', '/status')).body;
      if (isJsonObject(run) && run['state'] === state) return run;
      await sleep(20);
    }
  }

  async linesOf(planId: string, query = ''): Promise<readonly JsonObject[]> {
    return objectsIn((await this.send('GET', `/plans/${planId}/lines${query}`)).body, 'lines');
  }
}
/** The text that a body has under a name. */
export const textOf = (body: JsonObject, name: string): string => {
  const value = body[name];
  return typeof value === 'string' ? value : expect.fail(`there is no ${name} in ${JSON.stringify(body)}`);
};

/** The objects of a list that a body has under a name. */
export const objectsIn = (body: JsonObject, name: string): readonly JsonObject[] => {
  const list = body[name];
  return list !== undefined && isJsonArray(list) ? list.filter(isJsonObject) : expect.fail(`there are no ${name}`);
};

/** A server for the tests of a suite, and a tenant for each. */
export function syncServer(kind: StorageKind): SyncServer {
  const server = new SyncServer();
  beforeAll(() => server.open(kind));
  afterAll(() => server.close());
  beforeEach(async () => {
    server.tenant = await server.server.createTenant();
  });
  return server;
}
