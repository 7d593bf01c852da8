import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../json.js';
import { replacePath } from '../target.js';
import { placeOf, replaceExpression, replaceName, replaceText, replaceUrn, type Place } from './expression.js';
import type { Replacements } from './replacements.js';
import { isCount, isKnownName } from './vocabulary.js';

const EXPRESSIONS = new Set(['filter', 'attributes', 'excludedattributes', 'sortby']);

/** The placeholder for a body that is not JSON; it is not JSON itself. */
const UNREADABLE = '{"';

/** The body of a request for its exchange; undefined if there is none. */
export function replaceBody(body: string, replacements: Replacements): Json | undefined {
  if (body === '') return undefined;
  const json = parseJson(body);
  if (json === undefined) return UNREADABLE;
  const replaced = replaceJson(json, [], replacements);
  // text stands in an exchange for a body that is sent unchanged
  return typeof replaced === 'string' ? JSON.stringify(replaced) : replaced;
}

/** Replaces what a value says of anybody. @param place where it stands */
function replaceJson(value: Json, place: Place, replacements: Replacements): Json {
  if (typeof value === 'string') return replaceString(value, place, replacements);
  if (typeof value === 'number') return isCount(value, place) ? value : replacements.number(value);
  if (isArray(value)) return value.map((element) => replaceJson(element, place, replacements));
  return isObject(value) ? replaceObject(value, place, replacements) : value;
}

function replaceString(value: string, place: Place, replacements: Replacements): string {
  const name = place.at(-1) ?? '';
  if (name === 'schemas') return replaceUrn(value, replacements);
  if (name === 'path') {
    return value.startsWith('/') ? replacePath(value, replacements) : replaceExpression(value, [], replacements);
  }
  if (EXPRESSIONS.has(name)) return replaceExpression(value, [], replacements);
  const json = /^\s*[[{]/.test(value) ? parseJson(value) : undefined;
  if (json !== undefined) return JSON.stringify(replaceJson(json, place, replacements));
  const reference = /^(?:.*\/)?(Users|Groups)\/([^/?#]+)$/.exec(value);
  if (reference !== null && (name === '$ref' || name === 'location')) {
    return `{{base}}/${reference[1] ?? ''}/${replacements.id(reference[2] ?? '')}`;
  }
  const bulkId = /^bulkId:(.+)$/s.exec(value)?.[1];
  return bulkId === undefined ? replaceText(value, place, replacements) : `bulkId:${replacements.text(bulkId)}`;
}

function replaceObject(object: JsonObject, place: Place, replacements: Replacements): JsonObject {
  const target = operationTarget(object);
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const inner = key.toLowerCase() === 'value' && target !== undefined ? target : [...place, ...placeOf(key)];
      return [replaceKey(key, replacements), replaceJson(value, inner, replacements)];
    }),
  );
}

/** Where the value of a PATCH operation stands, if the object is one. */
function operationTarget(object: JsonObject): Place | undefined {
  const members = Object.entries(object).map(([name, value]): [string, Json] => [name.toLowerCase(), value]);
  const { op, path } = Object.fromEntries(members);
  if (typeof op !== 'string') return undefined;
  return typeof path === 'string' ? placeOf(path) : [];
}

function replaceKey(key: string, replacements: Replacements): string {
  if (isKnownName(key)) return key;
  return /^[^\s[\]()",]*$/.test(key) ? replaceName(key, replacements) : replaceExpression(key, [], replacements);
}
