import type { JsonObject, JsonValue } from '../../protocol/json.js';

/** Sends a request below the Tenant URL, and returns the body of the answer. */
export type Send = (method: string, path: string, body?: JsonObject) => Promise<JsonObject>;

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Invented people. */
const GIVEN = ['Ada', 'Ben', 'Cem', 'Dea', 'Edo', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jade', 'Kai', 'Lia', 'Milo', 'Nora'];
const FAMILY = ['Abel', 'Berg', 'Castro', 'Dorn', 'Engel', 'Flint', 'Groen'];
const DEPARTMENTS = ['Sales', 'Sales', 'Facilities', 'Finance'];

const at = (list: readonly string[], index: number): string => list[index % list.length] ?? '';

/** A company of so many people in three groups; returns the ids of the people. */
export async function provisionDemo(send: Send, people: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < people; index += 1) {
    const [given, family] = [at(GIVEN, index), at(FAMILY, index * 3)];
    const { id } = await send('POST', '/Users', {
      schemas: [USER, ENTERPRISE],
      userName: `${given}.${family}${index >= 14 ? index : ''}@contoso.example`.toLowerCase(),
      externalId: `demo-${index}`,
      displayName: `${given} ${family}`,
      name: { givenName: given, familyName: family },
      active: true,
      emails: [{ type: 'work', value: `${given}.${family}${index}@contoso.example`.toLowerCase(), primary: true }],
      [ENTERPRISE]: { department: at(DEPARTMENTS, index) },
    });
    if (typeof id === 'string') ids.push(id);
  }
  for (const [index, name] of ['Floor wardens', 'Parking', 'Visitors desk'].entries()) {
    const members = ids.filter((_id, place) => place % 3 === index).map((value) => ({ value }));
    await send('POST', '/Groups', { schemas: [GROUP], displayName: name, externalId: `demo-group-${index}`, members });
  }
  return ids;
}

/** What a working week brings: a department is renamed, two people leave, one marries, one moves in. */
export async function changeDemo(send: Send, ids: readonly string[]): Promise<void> {
  const replace = (id: string, path: string, value: JsonValue): Promise<JsonObject> =>
    send('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'replace', path, value }] });
  for (const [index, id] of ids.entries()) {
    if (at(DEPARTMENTS, index) === 'Sales') await replace(id, `${ENTERPRISE}:department`, 'Commercial');
  }
  const [married = '', left = '', leftToo = ''] = ids;
  await replace(left, 'active', false);
  await replace(leftToo, 'active', false);
  await replace(married, 'displayName', 'Ada Berg');
  await send('POST', '/Users', {
    schemas: [USER],
    userName: 'rune.groen@contoso.example',
    displayName: 'Rune Groen',
    active: true,
  });
  // The second is refused, as Entra sees it now and then.
  await send('POST', '/Users', { schemas: [USER], userName: 'Rune.Groen@contoso.example', displayName: 'Rune Groen' });
}
