import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const NOBODY = '0198c5a2-0000-7000-8000-000000000000';
const NO_MEMBER = `There is no user or group with the id "${NOBODY}". Provision it first, then add it as a member.`;
const TAKEN =
  'Another User has the userName "tamsin"; letter case does not count. Look it up by userName and update it, or choose another.';

let server: TestServer;
let tenant: TestTenant;
let user: string;
let group: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
  const create = async (path: string, body: JsonObject): Promise<string> =>
    String((await tenant.send('POST', path, body)).body['id']);
  await create('/Users', { schemas: [USER], userName: 'tamsin' });
  user = await create('/Users', { schemas: [USER], userName: 'noor' });
  group = await create('/Groups', { schemas: [GROUP], displayName: 'Floor wardens' });
});
afterAll(() => server.stop());

const team = (...members: string[]): JsonObject => ({
  schemas: [GROUP],
  displayName: 'Team',
  members: members.map((value) => ({ value })),
});
const patch = (...Operations: JsonObject[]): JsonObject => ({ schemas: [PATCH_OP], Operations });
const title = { op: 'replace', path: 'title', value: 'Nurse' };

const rows: readonly (readonly [string, string, () => string, () => JsonObject | string, string])[] = [
  ['a member of a new group', 'POST', () => '/Groups', () => team(user, NOBODY), `In "members[1]": ${NO_MEMBER}`],
  ['a member in a PUT', 'PUT', () => `/Groups/${group}`, () => team(NOBODY), `In "members[0]": ${NO_MEMBER}`],
  [
    'a member in one of several operations',
    'PATCH',
    () => `/Groups/${group}`,
    () =>
      patch(
        { op: 'Add', path: 'members', value: [{ value: user }] },
        { op: 'Add', path: 'members', value: [{ value: NOBODY }] },
        { op: 'Remove', path: 'members', value: [{ value: user }] },
      ),
    `In "Operations[1].value": ${NO_MEMBER}`,
  ],
  ['a userName that is taken', 'POST', () => '/Users', () => ({ schemas: [USER], userName: 'tamsin' }), TAKEN],
  [
    'a userName that is taken, in a PATCH',
    'PATCH',
    () => `/Users/${user}`,
    () => patch(title, { op: 'replace', path: 'userName', value: 'tamsin' }, title),
    `In "Operations[1].value": ${TAKEN}`,
  ],
  [
    'a userName that is taken, among other attributes, as Entra sends them',
    'PATCH',
    () => `/Users/${user}`,
    () => patch(title, { op: 'Replace', value: { 'name.givenName': 'Noor', userName: 'tamsin' } }),
    `In "Operations[1].value": ${TAKEN}`,
  ],
  [
    'a name that is given twice',
    'POST',
    () => '/Users',
    () => `{"schemas":["${USER}"],"userName":"x","emails":[{"value":"a@x"},{"value":"a@x","value":"b@x"}]}`,
    'The object at emails[1] has the name "value" twice; send it once.',
  ],
  [
    'a number that does not fit',
    'POST',
    () => '/Users',
    () => `{"schemas":["${USER}"],"userName":"x","emails":[{"value":12345678901234567890}]}`,
    'The number 12345678901234567890 at emails[0].value cannot be stored exactly; send it as a string.',
  ],
];

it.each(rows)('an error says where it stands: %s', async (_, method, path, body, detail) => {
  const answer = await tenant.send(method, path(), body());
  expect(answer.body['detail']).toBe(detail);
  expect([400, 409]).toContain(answer.status);
});

it('several members that do not exist are named together', async () => {
  const other = NOBODY.replace(/0$/u, '1');
  const { body } = await tenant.send('POST', '/Groups', team(user, NOBODY, other));
  expect(body['detail']).toMatch(/^In "members": There is no user or group with the id "\S+", "\S+"\./u);
});
