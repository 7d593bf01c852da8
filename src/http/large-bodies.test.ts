import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import { LongTurns } from './traffic/long-turns.js';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Parsing, naming, validating, and three steps of the use case. */
const STEPS = 6;

describe('a request with a large body', () => {
  let server: TestServer;
  let tenant: TestTenant;
  beforeAll(async () => {
    server = await startTestServer(sqliteStorage);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  const members = Array.from({ length: 300 }, () => ({ value: '01976f1e-77d2-7a90-8a4c-000000000000' }));

  it.each([
    ['POST', '/Groups', { schemas: [GROUP], displayName: 'Sales', members }],
    ['PUT', '/Groups/01976f1e-77d2-7a90-8a4c-000000000000', { schemas: [GROUP], displayName: 'Sales', members }],
    [
      'PATCH',
      '/Groups/01976f1e-77d2-7a90-8a4c-000000000000',
      { schemas: [PATCH], Operations: [{ op: 'add', path: 'members', value: members }] },
    ],
  ])('waits for a turn before each step of its work: %s', async (method, path, body) => {
    const take = vi.spyOn(LongTurns.prototype, 'take');
    const { status } = await tenant.send(method, path, body);
    expect([400, 404]).toContain(status);
    const turns = take.mock.results.filter(({ value }) => value instanceof Promise);
    expect(turns.length).toBeGreaterThanOrEqual(STEPS);
    take.mockRestore();
  });
});
