import type { Parameter, Requests } from '../document/requests.js';
import { atPointer } from '../../tools/entra-client/json.js';
import type { Draft } from './draft.js';
import { faultsBySchema } from './json-schema.js';
import { brokenValues } from './schema-breaks.js';

/** A request that breaks the contract in one known place. */
export interface Break {
  /** Which kind of rule it breaks. */
  readonly kind: string;
  /** What it breaks, for people. */
  readonly what: string;
  /** The status that it has to be answered with. */
  readonly status: number;
  readonly draft: Draft;
}

/** Every way to break the contract by changing one place of a request that it allows. */
export function breaksOf(draft: Draft, requests: Requests): readonly Break[] {
  return [
    ...withoutToken(draft),
    ...unknownMethods(draft, requests),
    ...wrongMediaTypes(draft),
    ...brokenTexts(draft),
    ...wrongParameters(draft, requests),
    ...wrongBodies(draft, requests),
  ];
}

/** The same with every kind of break as likely as any other, however many places it has. */
export function chosenBreak(breaks: readonly Break[], choice: number): Break | undefined {
  const kinds = [...new Set(breaks.map(({ kind }) => kind))];
  const kind = kinds[choice % kinds.length];
  const alike = breaks.filter((each) => each.kind === kind);
  return alike[Math.floor(choice / kinds.length) % alike.length];
}

function withoutToken(draft: Draft): readonly Break[] {
  const headers = Object.fromEntries(Object.entries(draft.headers).filter(([name]) => name !== 'authorization'));
  return [{ kind: 'no token', what: 'the token', status: 401, draft: { ...draft, headers } }];
}

function unknownMethods(draft: Draft, requests: Requests): readonly Break[] {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  return methods
    .filter((method) => requests.contract.find(method, draft.path) === undefined)
    .map((method) => ({ kind: 'unknown method', what: method, status: 405, draft: { ...draft, method } }));
}

function wrongMediaTypes(draft: Draft): readonly Break[] {
  if (draft.body === undefined) return [];
  return ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data'].map((type) => ({
    kind: 'wrong media type',
    what: type,
    status: 415,
    draft: { ...draft, headers: { ...draft.headers, 'content-type': type } },
  }));
}

function brokenTexts(draft: Draft): readonly Break[] {
  if (draft.body === undefined) return [];
  const text = JSON.stringify(draft.body);
  return ['', text.slice(0, -1), `${text},`, text.replace('{', "{'x': 1, "), `${text}${text}`, '{"a": 01}'].map(
    (broken) => ({
      kind: 'broken JSON',
      what: broken.slice(0, 60),
      status: 400,
      draft: { ...draft, text: broken },
    }),
  );
}

function wrongParameters(draft: Draft, requests: Requests): readonly Break[] {
  return draft.described.parameters
    .filter(({ where }) => where === 'query')
    .flatMap((parameter) => wrongValues(parameter, requests).map((value) => ({ name: parameter.name, value })))
    .map(({ name, value }) => ({
      kind: 'wrong parameter',
      what: `${name}=${value}`,
      status: 400,
      draft: { ...draft, query: { ...draft.query, [name]: value } },
    }));
}

/** Texts that do not fit the parameter's schema; where a string is asked for, every text fits. */
function wrongValues({ schema }: Parameter, requests: Requests): readonly string[] {
  const words = requests.resolved(schema);
  const { minimum, maximum, enum: choices } = words;
  return [
    ...(words['type'] === 'integer' ? ['x', '1.5', '1e'] : []),
    ...(words['type'] === 'boolean' ? ['maybe', '2'] : []),
    ...(choices === undefined ? [] : ['not one of these']),
    ...(typeof minimum === 'number' ? [String(minimum - 1)] : []),
    ...(typeof maximum === 'number' ? [String(maximum + 1)] : []),
  ];
}

function wrongBodies(draft: Draft, requests: Requests): readonly Break[] {
  const { body } = draft.described;
  if (body === undefined || draft.body === undefined) return [];
  const schema = JSON.stringify(body.draft7);
  return brokenValues(requests, body.schema, draft.body)
    .filter(({ value }) => faultsBySchema(schema, value).length > 0)
    .map(({ word, at, value }) => ({
      kind: `schema: ${word}`,
      what: `${at === '' ? 'the body' : at} is ${JSON.stringify(atPointer(value, at) ?? null).slice(0, 60)}`,
      status: 400,
      draft: { ...draft, body: value },
    }));
}
