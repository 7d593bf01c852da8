import { replaceExpression, replaceName, replaceText, replaceUrn } from './exchange/expression.js';
import type { Replacements } from './exchange/replacements.js';

const ENDPOINTS = new Set([
  'users',
  'groups',
  'me',
  'schemas',
  'resourcetypes',
  'serviceproviderconfig',
  'bulk',
  '.search',
]);
const TYPES = new Set(['user', 'group']);
const EXPRESSIONS = new Set(['filter', 'attributes', 'excludedattributes', 'sortby']);
const FLAG = 'aadoptscim062020';

/** What stands for percent-encoding that cannot be decoded, and cannot itself. */
const UNDECODABLE = '%';

/** Replaces what the path and query of a request say of anybody; the way in which they are encoded stays. */
export function replaceTarget(target: string, token: string, replacements: Replacements): string {
  const end = target.indexOf('?');
  if (end < 0) return replacePath(target, replacements);
  const query = target.slice(end + 1).split('&');
  const parameters = query.map((parameter) => replaceParameter(parameter, token, replacements));
  return `${replacePath(target.slice(0, end), replacements)}?${parameters.join('&')}`;
}

/** Replaces the ids and names in a path such as `/Users/7`. */
export function replacePath(path: string, replacements: Replacements): string {
  let before = '';
  return path
    .split('/')
    .map((segment) => {
      const replaced = recoded(segment, (text) => replaceSegment(text, before, replacements));
      before = segment.toLowerCase();
      return replaced;
    })
    .join('/');
}

function replaceSegment(segment: string, before: string, replacements: Replacements): string {
  const lower = segment.toLowerCase();
  if (['', '.', '..'].includes(segment) || ENDPOINTS.has(lower)) return segment;
  if (before === 'schemas') return replaceUrn(segment, replacements);
  if (before === 'resourcetypes' && TYPES.has(lower)) return segment;
  return replacements.id(segment);
}

function replaceParameter(parameter: string, token: string, replacements: Replacements): string {
  const end = parameter.indexOf('=');
  const name = end < 0 ? parameter : parameter.slice(0, end);
  const known = decoded(name)?.toLowerCase() ?? '';
  const replacedName = recoded(name, (text) => (isParameter(known) ? text : replaceName(text, replacements)));
  if (end < 0) return replacedName;
  return `${replacedName}=${recoded(parameter.slice(end + 1), (text) => replaceArgument(known, text, token, replacements))}`;
}

const isParameter = (name: string): boolean =>
  EXPRESSIONS.has(name) || ['startindex', 'count', 'sortorder', 'cursor', 'access_token', FLAG].includes(name);

function replaceArgument(name: string, text: string, token: string, replacements: Replacements): string {
  if (name === 'access_token') return token;
  if (EXPRESSIONS.has(name)) return replaceExpression(text, [], replacements);
  if ((name === 'startindex' || name === 'count') && /^-?\d{1,7}$/.test(text)) return text;
  return replaceText(text, [name], replacements);
}

/** The text behind percent-encoding in which a space may be a plus sign; undefined where it cannot be decoded. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function recoded(raw: string, replace: (text: string) => string): string {
  const text = decoded(raw);
  if (text === undefined) return UNDECODABLE;
  const replaced = replace(text);
  return replaced === text ? raw : encodedLike(raw, replaced);
}

/** Encodes a text as another one is; placeholders stay, since a replay encodes what it puts in their places. */
function encodedLike(raw: string, text: string): string {
  const lower = /%[\da-f]?[a-f]/.test(raw);
  return text
    .split(/(\{\{[^{}]*\}\})/)
    .map((part) => (part.startsWith('{{') ? part : Array.from(part, (one) => encodedOne(one, raw, lower)).join('')))
    .join('');
}

function encodedOne(character: string, raw: string, lower: boolean): string {
  if (character === ' ') return raw.includes('%20') ? '%20' : '+';
  if (character !== '%' && character !== '+' && raw.includes(character)) return character;
  const encoded = encodeURIComponent(character);
  return lower ? encoded.replaceAll(/%../g, (escape) => escape.toLowerCase()) : encoded;
}
