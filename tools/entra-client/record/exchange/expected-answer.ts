import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../json.js';
import type { Expectation } from '../../recording/exchange.js';
import { isIdPlace, placeOf, replaceName, replaceText, replaceUrn, type Place } from './expression.js';
import type { Replacements } from './replacements.js';
import { isCount, isHarmless, isKnownName, knownUrn } from './vocabulary.js';

/** What every server, or every run, says otherwise. */
const PASSING = new Set(['created', 'lastmodified', 'location', 'version', '$ref', 'detail', 'response', 'nextcursor']);

/** Of the documents in which a server describes itself, no more is expected than that they come. */
const SELF_DESCRIPTION = /^\/(?:Schemas|ResourceTypes|ServiceProviderConfig)(?:[/?]|$)/i;
const OF_SELF_DESCRIPTION = new Set(['schemas', 'totalresults']);

/** An answer as the recording proxy saw it. */
export interface ObservedAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a recording expects of an answer, and the variables that it captures from it. */
export interface Expected {
  readonly expect: Expectation;
  readonly capture?: Readonly<Record<string, string>>;
}

/** What a replay is to expect: of an answer, all that the requests so far or the server's ids account for. */
export function expectedAnswer(path: string, answer: ObservedAnswer, replacements: Replacements): Expected {
  const { status } = answer;
  const body = answer.body === '' ? undefined : parseJson(answer.body);
  if (!isObject(body)) return { expect: { status: [status] } };
  if (SELF_DESCRIPTION.test(path))
    return { expect: { status: [status], body_contains: described(body, replacements) } };
  const capture = captured(path, body, replacements);
  return {
    expect: { status: [status], body_contains: accountedFor(body, [], replacements), ...lengthsOf(body) },
    ...(Object.keys(capture).length === 0 ? {} : { capture }),
  };
}

function described(body: JsonObject, replacements: Replacements): Json {
  const members = Object.entries(body).filter(([name]) => OF_SELF_DESCRIPTION.has(name.toLowerCase()));
  return accountedFor(Object.fromEntries(members), [], replacements);
}

/** The ids that the server gives out here for the first time, by their places. */
function captured(path: string, body: JsonObject, replacements: Replacements): Readonly<Record<string, string>> {
  const kind = /^\/groups/i.test(path) ? 'group' : /^\/users/i.test(path) ? 'user' : 'resource';
  const listed = isArray(body['Resources']) ? body['Resources'] : [];
  const places: readonly (readonly [string, Json])[] = [
    ['/id', body],
    ...listed.map((resource, index): [string, Json] => [`/Resources/${index}/id`, resource]),
  ];
  const fresh = places.flatMap(([pointer, resource]): [string, string][] => {
    const id = isObject(resource) ? resource['id'] : undefined;
    if (typeof id !== 'string' || id === '' || replacements.knowsId(id)) return [];
    return [[pointer, replacements.giveOut(id, kind)]];
  });
  return Object.fromEntries(fresh);
}

/** The part of a value that a replay brings about again. */
function accountedFor(value: JsonObject, place: Place, replacements: Replacements): JsonObject {
  const members = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
    const key = accountedName(name, replacements);
    const expected =
      key === undefined || PASSING.has(name.toLowerCase())
        ? undefined
        : part(inner, [...place, ...placeOf(name)], replacements);
    return key === undefined || expected === undefined ? [] : [[key, expected]];
  });
  return Object.fromEntries(members);
}

function part(value: Json, place: Place, replacements: Replacements): Json | undefined {
  if (typeof value === 'string') return accountedText(value, place, replacements);
  if (typeof value === 'number') return accountedNumber(value, place, replacements);
  if (isArray(value)) return value.flatMap((element) => part(element, place, replacements) ?? []);
  return isObject(value) ? accountedFor(value, place, replacements) : value;
}

function accountedText(value: string, place: Place, replacements: Replacements): string | undefined {
  const name = place.at(-1) ?? '';
  if (name === 'schemas') {
    return knownUrn(value) === value || replacements.knowsUrn(value) ? replaceUrn(value, replacements) : undefined;
  }
  const known = isIdPlace(place) ? replacements.knowsId(value) : replacements.knows(value);
  return known || isHarmless(value, place) ? replaceText(value, place, replacements) : undefined;
}

function accountedNumber(value: number, place: Place, replacements: Replacements): number | undefined {
  if (isCount(value, place)) return value;
  return replacements.knowsNumber(value) ? replacements.number(value) : undefined;
}

function accountedName(name: string, replacements: Replacements): string | undefined {
  if (isKnownName(name) || knownUrn(name) === name) return name;
  if (replacements.knowsUrn(name)) return replacements.urn(name);
  return replacements.knowsName(name) ? replaceName(name, replacements) : undefined;
}

/** How long the arrays of a resource, or of a list, are. */
function lengthsOf(body: JsonObject): Pick<Expectation, 'lengths'> {
  const lengths = Object.entries(body).flatMap(([name, value]): [string, number][] =>
    isArray(value) && isKnownName(name) && name.toLowerCase() !== 'schemas' ? [[`/${name}`, value.length]] : [],
  );
  return lengths.length === 0 ? {} : { lengths: Object.fromEntries(lengths) };
}
