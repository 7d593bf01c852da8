// What the floors do with a request: the statements, and stored JSON. No SCIM, no authentication, no validation.
import { randomUUID } from 'node:crypto';

const LIST = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":';

const listOf = (documents, total = documents.length, startIndex = 1) =>
  `${LIST}${total},"startIndex":${startIndex},"itemsPerPage":${documents.length},"Resources":[${documents.join(',')}]}`;

const ok = (text) => ({ status: 200, text });
const found = (text) => (text === undefined ? { status: 404, text: '{}' } : ok(text));

const FILTER = /^(\w+) (eq|co) "([^"]*)"$/u;

/** A list of users or groups: a lookup, a filter without an index, or a page. */
export async function list(store, table, { filter, startIndex = '1', count = '100' }) {
  const [, name, operator, value] = FILTER.exec(filter ?? '') ?? [];
  if (operator === 'eq') return ok(listOf(await store.findBy(table, name, value.toLowerCase())));
  if (operator === 'co') return ok(listOf(await store.containing(name, value, Number(count))));
  const documents = await store.page(table, Number(count), Number(startIndex) - 1);
  return ok(listOf(documents, await store.count(table), Number(startIndex)));
}

export const getUser = async (store, id) => found(await store.find('users', id));

export async function createUser(store, body) {
  const id = randomUUID();
  const at = new Date().toISOString();
  const text = JSON.stringify({ ...body, id, meta: { resourceType: 'User', created: at, lastModified: at } });
  await store.insertUser(id, body.userName.toLowerCase(), body.externalId ?? null, text);
  return { status: 201, text };
}

export async function patchUser(store, id, { Operations }) {
  const document = await store.find('users', id);
  if (document === undefined) return found(document);
  const user = JSON.parse(document);
  for (const { path, value } of Operations) Object.assign(user, typeof path === 'string' ? { [path]: value } : value);
  user.meta.lastModified = new Date().toISOString();
  const text = JSON.stringify(user);
  await store.updateUser(id, text);
  return ok(text);
}

export async function getGroup(store, id) {
  const document = await store.find('groups', id);
  if (document === undefined) return found(document);
  const members = (await store.members(id)).map((value) => `{"value":"${value}"}`);
  return ok(`${document.slice(0, -1)},"members":[${members.join(',')}]}`);
}

const MEMBER = /^members\[value eq "([^"]*)"\]$/u;

export async function patchGroup(store, id, { Operations }) {
  for (const { op, path, value = [] } of Operations) {
    if (op.toLowerCase() === 'remove') await store.removeMember(id, MEMBER.exec(path)?.[1]);
    for (const member of value) await store.addMember(id, member.value);
  }
  return { status: 204, text: '' };
}
