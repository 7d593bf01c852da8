import fc from 'fast-check';
import type { DescribedRequest, Parameter, Requests } from '../document/requests.js';
import { isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { isCaseless } from './rules-in-words.js';
import type { Spelling } from './spelling.js';
import { shownValues, Values } from './values.js';

/** A request of a history, before it is known what ids there are. */
export interface Step {
  readonly operationId: string;
  /** Which of the known ids the path has. */
  readonly choice: number;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** With names as the document has them. */
  readonly body: Json | undefined;
  readonly spelling: Spelling;
  /** Whether it keeps the rules that the document has in words only. */
  readonly obeys: boolean;
  /** Which rule of the contract it breaks; undefined for none. */
  readonly breaks: number | undefined;
}

/** Histories of requests to the operations of a document, most of them about what earlier ones created. */
export function histories(requests: Requests, most: number): fc.Arbitrary<readonly Step[]> {
  const steps = requests.all.map((request) => weighted(request, requests));
  const first = requests.all
    .filter((request) => creates(request, requests) && !request.operation.path.includes('{'))
    .map((request) => stepOf(request, requests).map((step) => ({ ...step, obeys: true, breaks: undefined })));
  return fc
    .tuple(
      fc.array(fc.oneof(...first), { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(...steps), { minLength: 1, maxLength: most, size: 'max' }),
    )
    .map(([created, rest]) => [...created, ...rest]);
}

/** Whether an operation creates what others are about: a POST to a path below which there are resources. */
const creates = ({ operation: { method, path } }: DescribedRequest, requests: Requests): boolean =>
  method === 'POST' && requests.all.some(({ operation }) => operation.path.startsWith(`${path}/{`));

function weighted(request: DescribedRequest, requests: Requests): { weight: number; arbitrary: fc.Arbitrary<Step> } {
  const isAboutResources = creates(request, requests) || request.operation.path.includes('{');
  return { weight: isAboutResources ? 4 : 1, arbitrary: stepOf(request, requests) };
}

function stepOf(request: DescribedRequest, requests: Requests): fc.Arbitrary<Step> {
  const values = new Values(requests, shownValues(request.operation.examples.values()));
  return fc.record({
    operationId: fc.constant(request.operation.id),
    choice: fc.nat(11),
    query: parameters(request, 'query', values),
    headers: parameters(request, 'header', values),
    body: bodyOf(request, requests, values),
    spelling: spellingOf(request, requests),
    obeys: fc.constantFrom(true, true, true, false),
    breaks: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.nat(9_999)),
  });
}

const sometimes = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof(fc.constant(undefined), value);

function spellingOf({ body }: DescribedRequest, requests: Requests): fc.Arbitrary<Spelling> {
  const words = requests.resolved(body?.schema);
  return isCaseless(words) ? fc.constantFrom('canonical', 'canonical', 'upper', 'lower') : fc.constant('canonical');
}

/** Some of the parameters; each is more often left out, so that few exclude each other. */
function parameters(
  request: DescribedRequest,
  where: Parameter['where'],
  values: Values,
): fc.Arbitrary<Readonly<Record<string, string>>> {
  const each = request.parameters
    .filter((parameter) => parameter.where === where)
    .map(({ name, required, schema, examples }) => {
      const made =
        examples.length === 0 ? values.of(schema) : fc.oneof(fc.constantFrom(...examples), values.of(schema));
      const text = made.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
      const fit = where === 'header' ? text.map((value) => value.replaceAll(/[^\x20-\x7E]/gu, '')) : text;
      return [name, required ? fit : sometimes(fit)] as const;
    });
  const some = fc
    .record(Object.fromEntries(each))
    .map((record) =>
      Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    );
  const names = new Set(request.parameters.filter(({ required }) => required).map(({ name }) => name));
  const fewest = some.map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name))));
  return fc.oneof({ weight: 2, arbitrary: fewest }, some);
}

function bodyOf(request: DescribedRequest, requests: Requests, values: Values): fc.Arbitrary<Json | undefined> {
  if (request.body === undefined) return fc.constant(undefined);
  const words = requests.resolved(request.body.schema);
  const made = values.of(request.body.schema);
  const changes = attributeChanges(request, requests, words);
  const body = changes === undefined ? made : fc.oneof(made, changes);
  const isOpen = words['additionalProperties'] === true;
  return isOpen ? fc.tuple(body, EXTRA).map(([one, extra]) => (isObject(one) ? { ...one, ...extra } : one)) : body;
}

/** Members that no schema knows. */
const EXTRA: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.constantFrom<JsonObject>(
    { fuzzUnknown: 'x' },
    { fuzzUnknown: { deep: [1, null] } },
    { 'urn:example:fuzz:2.0:User': { badge: '007', none: null, levels: [1, 2, null], inner: { flag: false } } },
  ),
);

/** A PATCH that sets attributes of the resource, as the PUT on the same path describes them. */
function attributeChanges(
  { operation }: DescribedRequest,
  requests: Requests,
  words: JsonObject,
): fc.Arbitrary<Json> | undefined {
  const properties = requests.resolved(words['properties']);
  const put = requests.all.find((other) => other.operation.method === 'PUT' && other.operation.path === operation.path);
  if (!Object.hasOwn(properties, 'Operations') || put?.body === undefined) return undefined;
  const example = [...operation.examples.values()].find(isObject);
  const values = new Values(requests, shownValues(put.operation.examples.values()));
  return fc.tuple(values.of(put.body.schema), fc.constantFrom('replace', 'Replace')).map(([resource, op]) => ({
    schemas: example?.['schemas'] ?? [],
    Operations: changesTo(isObject(resource) ? resource : {}, op),
  }));
}

/** Extensions are set by their attributes; a path with a URN alone is another matter. */
function changesTo(resource: JsonObject, op: string): readonly JsonObject[] {
  return Object.entries(resource)
    .filter(([name]) => name !== 'schemas' && !name.includes(':'))
    .map(([path, value]) => ({ op, path, value }));
}
