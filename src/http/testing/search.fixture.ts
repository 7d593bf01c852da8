import { stageGroup, stageUser } from './lists.fixture.js';
import type { TestServer, TestTenant } from './server.fixture.js';

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const ENDPOINTS = ['/Users/.search', '/Groups/.search', '/.search'];

/** A tenant whose users and groups are searched, with the id of one of them; another tenant has some of the same names. */
export async function searchedTenant(server: TestServer): Promise<{ tenant: TestTenant; ada: string }> {
  const tenant = await server.createTenant();
  // by displayName and by creation, users and groups alternate
  const ada = await stageUser(tenant, 'ada@contoso.example', {
    displayName: 'B1',
    externalId: 'x1',
    emails: [{ value: 'ada@work.example', type: 'work' }],
    [ENTERPRISE]: { department: 'Maths' },
  });
  await stageGroup(tenant, 'A1', { externalId: 'x2', members: [{ value: ada }] });
  await stageUser(tenant, 'bert@contoso.example', { displayName: 'A2', title: 'A2' });
  await stageGroup(tenant, 'B2', { externalId: 'x1' });
  await stageUser(tenant, 'carl@contoso.example', { active: false });
  const other = await server.createTenant();
  await stageUser(other, 'ada@contoso.example', { displayName: 'B1' });
  await stageGroup(other, 'A1');
  return { tenant, ada };
}
