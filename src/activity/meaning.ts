import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../protocol/json.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

/** What a request asked for: its meaning, and of what. */
export interface Meaning {
  /** Such as `user.lookup`. */
  readonly operation: string;
  readonly resourceType?: ResourceTypeName;
  /** The name that was looked for. */
  readonly subject?: string;
}

/** What the meaning is read from. */
export interface Asked {
  /** The operation of openapi/scim.yaml; undefined where there is none at the address. */
  readonly operationId: string | undefined;
  readonly filter: string | undefined;
  /** With names in the schema's spelling, where there is a body. */
  readonly body: JsonObject | undefined;
}

/** The kinds of requests that come without a resource type. */
const WITHOUT_TYPE: Readonly<Record<string, string>> = {
  listAll: 'all.list',
  searchAll: 'all.list',
  bulk: 'bulk',
  getServiceProviderConfig: 'discovery.config',
  listResourceTypes: 'discovery.types',
  getResourceType: 'discovery.types',
  listSchemas: 'discovery.schemas',
  getSchema: 'discovery.schemas',
};

const VERB = /^(list|search|get|create|replace|patch|delete)(User|Group)s?$/u;

/** Reads the meaning of a request, which its method does not tell: most of what Entra sends is PATCH. */
export function meaningOf({ operationId = '', filter, body }: Asked): Meaning {
  const [, verb, type] = VERB.exec(operationId) ?? [];
  if (verb === undefined || (type !== 'User' && type !== 'Group')) {
    return { operation: WITHOUT_TYPE[operationId] ?? (operationId === '' ? 'unknown' : 'me') };
  }
  const noun = type === 'User' ? 'user' : 'group';
  if (verb === 'list' || verb === 'search') {
    const subject = lookedFor(filter ?? textOf(member(body ?? {}, 'filter')));
    return { operation: `${noun}.${subject === undefined ? 'list' : 'lookup'}`, resourceType: type, ...given(subject) };
  }
  const subject = textOf(member(body ?? {}, type === 'User' ? 'userName' : 'displayName'));
  return { operation: `${noun}.${verbOf(verb, type, body)}`, resourceType: type, ...given(subject) };
}

const given = (subject: string | undefined): { readonly subject?: string } =>
  subject === undefined ? {} : { subject };

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function verbOf(verb: string, type: ResourceTypeName, body: JsonObject | undefined): string {
  if (verb !== 'patch' && verb !== 'replace') return verb;
  const changes = verb === 'patch' ? operationsOf(body) : [{ op: 'replace', path: '', value: body ?? {} }];
  if (type === 'Group') return verb === 'patch' ? membersVerb(changes) : verb;
  const active = changes.map(activeIn).findLast((value) => value !== undefined);
  if (active === false) return 'deactivate';
  return active === true && changes.every(isAboutActive) ? 'activate' : verb === 'patch' ? 'update' : verb;
}

interface Operation {
  readonly op: string;
  /** In lower case; empty if there is none. */
  readonly path: string;
  readonly value: JsonValue;
}

function operationsOf(body: JsonObject | undefined): readonly Operation[] {
  const operations = member(body ?? {}, 'Operations');
  return (isJsonArray(operations) ? operations : []).filter(isJsonObject).map((operation) => ({
    op: (textOf(member(operation, 'op')) ?? '').toLowerCase(),
    path: (textOf(member(operation, 'path')) ?? '').toLowerCase(),
    value: member(operation, 'value') ?? null,
  }));
}

/** The value that an operation gives `active`: Entra's legacy dialect sends "False", others send an array. */
function activeIn({ op, path, value }: Operation): boolean | undefined {
  if (op === 'remove') return undefined;
  if (path === '') return isJsonObject(value) ? truth(valueOfActive(value)) : undefined;
  return isActive(path) ? truth(value) : undefined;
}

const isActive = (path: string): boolean => path === 'active' || path.endsWith('user:active');

const valueOfActive = (value: JsonObject): JsonValue =>
  Object.entries(value).find(([name]) => isActive(name.toLowerCase()))?.[1] ?? null;

function truth(value: JsonValue): boolean | undefined {
  if (isJsonArray(value)) return truth(value[0] ?? null);
  if (isJsonObject(value)) return truth(member(value, 'value') ?? null);
  const text = String(value).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

const isAboutActive = ({ path, value }: Operation): boolean =>
  isActive(path) ||
  (path === '' && isJsonObject(value) && Object.keys(value).every((name) => isActive(name.toLowerCase())));

function membersVerb(operations: readonly Operation[]): string {
  const isAboutMembers = ({ path }: Operation): boolean => /^(?:urn:.*:group:)?members\b/u.test(path);
  if (operations.length === 0 || !operations.every(isAboutMembers)) return 'update';
  const kinds = new Set(operations.map(({ op }) => op));
  if (kinds.size > 1) return 'members.change';
  return kinds.has('add') ? 'members.add' : kinds.has('remove') ? 'members.remove' : 'members.replace';
}

/** The names that people and groups are looked up by. Values of other attributes are kept nowhere. */
const LOOK_UP =
  /^\s*(?:urn:[\w.:-]+:)?(?:userName|externalId|displayName|emails(?:\[type eq "[a-z]+"\])?(?:\.value)?)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/iu;

/** The value that a filter looks a person or group up by. */
function lookedFor(filter: string | undefined): string | undefined {
  const [, quoted] = LOOK_UP.exec(filter ?? '') ?? [];
  if (quoted === undefined) return undefined;
  try {
    return textOf(JSON.parse(quoted) as JsonValue);
  } catch {
    return undefined;
  }
}
