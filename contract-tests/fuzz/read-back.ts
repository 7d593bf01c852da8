import type { DescribedRequest, Requests } from '../document/requests.js';
import { atPointer, isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { fault, faultsOf, type Fault } from './checks.js';
import type { Draft } from './draft.js';
import type { History } from './history.js';
import { memberOf, Normalization, objectOf, sameValue } from './normalization.js';
import { isReference, isTrueUnlessSaid } from './rules-in-words.js';
import type { Answer } from './send.js';

/** What is wrong with what can be read after a request was done. */
export async function returned(history: History, draft: Draft, answer: Answer): Promise<readonly Fault[]> {
  if (draft.method === 'GET') return [];
  if (draft.method === 'DELETE') return gone(history, draft);
  const path = history.known.newest(draft);
  return path === undefined ? [] : read(history, draft, answer, path);
}

async function gone(history: History, { path }: Draft): Promise<readonly Fault[]> {
  if (history.requests.contract.find('GET', path) === undefined) return [];
  const { status } = await history.exchange('GET', path);
  return status === 404 ? [] : fault('deleted is gone', `GET ${path} is ${status} after the DELETE`);
}

async function read(history: History, draft: Draft, answer: Answer, path: string): Promise<readonly Fault[]> {
  const reading = history.requests.contract.find('GET', path);
  if (reading === undefined) return differences(history.requests, draft, draft.described, objectOf(answer.body));
  const now = await history.exchange('GET', path);
  const faults = faultsOf(now, reading, history.requests);
  if (faults.length > 0) return faults;
  const described = history.requests.all.find(({ operation }) => operation === reading);
  return [
    ...versions(answer, now),
    ...differences(history.requests, draft, described ?? draft.described, objectOf(now.body)),
    ...(await found(history, path, objectOf(now.body))),
  ];
}

/** The answer to a write has the version that is read afterward; what stands behind a dot is of the representation. */
function versions(written: Answer, now: Answer): readonly Fault[] {
  const [before, after] = [written.headers['etag'], now.headers['etag']].map((tag) => /^W\/"\d+/u.exec(tag ?? '')?.[0]);
  return before === after || written.headers['etag'] === undefined
    ? []
    : fault('created comes back', `the version was ${String(before)} and is ${String(after)}`);
}

/** How a resource differs from what was sent. */
function differences(
  requests: Requests,
  draft: Draft,
  reading: DescribedRequest,
  resource: JsonObject,
): readonly Fault[] {
  const sent = sentAttributes(requests, draft);
  const answered = requests.answerSchema(reading.operation, ['200', '201']);
  if (sent === undefined || answered === undefined) return [];
  const isWhole = draft.method !== 'PATCH';
  const normalization = new Normalization(requests, isWhole ? 'resource' : 'patch');
  const expected = normalization.attributes(sent.body, sent.schema, answered);
  return [...expected].flatMap(([name, value]) => {
    const given = memberOf(sent.body, name);
    const saysNothing = given === null && draft.method === 'PUT' && staysUnlessSaid(requests, answered, name);
    const wasSent = given !== undefined && !saysNothing;
    if (!wasSent && (!isWhole || mayStay(requests, draft, answered, name))) return [];
    const schemas = [sent.schema, answered].map(({ properties }) =>
      isObject(properties) ? properties[name] : undefined,
    );
    const actual = normalization.comparable(resource[name], schemas[0], schemas[1] ?? {});
    const same = isWhole ? sameValue(actual, value) : holds(actual, value);
    return same
      ? []
      : fault('created comes back', `${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`);
  });
}

/** What a body says of the attributes of a resource, and by which schema. */
function sentAttributes(
  requests: Requests,
  { described, body }: Draft,
): { readonly body: JsonObject; readonly schema: JsonObject } | undefined {
  if (!isObject(body)) return undefined;
  const schema = requests.resolved(described.body?.schema);
  const operations = memberOf(body, 'Operations');
  if (operations === undefined) return { body, schema };
  const put = requests.all.find(
    ({ operation }) => operation.method === 'PUT' && operation.path === described.operation.path,
  );
  const changes = isArray(operations) ? operations.map((each) => (isObject(each) ? change(each) : undefined)) : [];
  if (put === undefined || changes.includes(undefined)) return undefined;
  const members = changes.filter((each) => each !== undefined);
  const attributes = requests.resolved(put.body?.schema);
  const known = members.every(([path]) => atPointer(attributes, `/properties/${path}`) !== undefined);
  return known ? { body: Object.fromEntries(members), schema: attributes } : undefined;
}

/** The attribute that an operation of a PATCH sets; undefined for one that does anything else. */
function change(operation: JsonObject): readonly [string, Json] | undefined {
  const [op, path, value] = ['op', 'path', 'value'].map((name) => memberOf(operation, name));
  const sets = typeof op === 'string' && op.toLowerCase() === 'replace' && typeof path === 'string';
  return sets && /^[A-Za-z]\w*$/u.test(path) && value !== undefined ? [path, value] : undefined;
}

/** Whether an attribute may have a value although the body has none: the server sets it, or a PUT leaves it as it is. */
function mayStay(requests: Requests, { method, described }: Draft, answered: JsonObject, name: string): boolean {
  const { required } = answered;
  if (isArray(required) && required.includes(name)) return true;
  const sent = atPointer(requests.resolved(described.body?.schema), `/properties/${name}`);
  const element = requests.resolved(requests.resolved(sent)['items']);
  const forms = isArray(element['anyOf']) ? element['anyOf'].map((form) => requests.resolved(form)) : [element];
  return (
    method === 'PUT' &&
    (staysUnlessSaid(requests, answered, name) ||
      forms.some((form) => isReference(requests.resolved(atPointer(form, '/properties/value')))))
  );
}

/** What is true on a new resource unless a client said otherwise stays as it is where a PUT does not say it. */
function staysUnlessSaid(requests: Requests, answered: JsonObject, name: string): boolean {
  return isTrueUnlessSaid(requests.resolved(atPointer(answered, `/properties/${name}`)));
}

/** Whether a value has what was set; a PATCH of an attribute with sub-attributes leaves those that it does not name. */
function holds(actual: Json | undefined, set: Json | undefined): boolean {
  if (!isObject(set)) return set === undefined || sameValue(actual, set);
  return isObject(actual) && Object.entries(set).every(([name, value]) => sameValue(actual[name], value));
}

/** A resource is found by its id, and by the attributes that the document shows a client to look it up by. */
async function found(history: History, path: string, resource: JsonObject): Promise<readonly Fault[]> {
  const end = path.lastIndexOf('/');
  const [collection, id] = [path.slice(0, end), path.slice(end + 1)];
  const listing = history.requests.all.find(
    ({ operation }) => operation === history.requests.contract.find('GET', collection),
  );
  const filter = listing?.parameters.find(({ name }) => name === 'filter');
  for (const name of ['id', ...(filter?.examples ?? []).flatMap(comparedBy)]) {
    const value = resource[name];
    // an empty text is no value to a filter (RFC 7644, section 3.4.2.2)
    if (filter === undefined || typeof value !== 'string' || value === '') continue;
    const text = `${name} eq ${JSON.stringify(value)}`;
    const { body } = await history.exchange('GET', collection, { filter: text });
    const resources = atPointer(parseJson(body), '/Resources');
    const ids = isArray(resources) ? resources.map((each) => atPointer(each, '/id')) : [];
    if (!ids.includes(id)) return fault('created is found', `${text} does not find ${id}: ${body.slice(0, 200)}`);
  }
  return [];
}

const comparedBy = (example: Json): readonly string[] =>
  typeof example === 'string' ? [/^(\w+) eq "/u.exec(example)?.[1]].filter((name) => name !== undefined) : [];
