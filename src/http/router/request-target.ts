import { invalidSyntax, invalidValue, notFound } from '../../protocol/scim-error.js';
import { hasLongRun, MOST_MARKS } from '../../protocol/text.js';

/** The longest path: no address that the documents have comes near it. */
export const MOST_PATH = 2_000;

/** The most parameters in a query; the documents have a dozen. */
export const MOST_PARAMETERS = 100;

/** The decoded target of a request, below the base path of the document. */
export interface RequestTarget {
  /** Re-encoded from the decoded segments, with the documented spelling of the first. */
  readonly path: string;
  /** What stands between the slashes of the path, decoded; one empty segment where there is nothing. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Decodes a request target. `%2F` stays within its segment; the first segment is matched case-insensitively, a trailing slash
 * is ignored, and several slashes in a row are one.
 * @throws ScimError 400 for invalid percent-encoding or UTF-8
 */
export function decodeTarget(url: string, firstSegments: ReadonlyMap<string, string>): RequestTarget {
  if (!isAscii(url)) throw invalidSyntax('The address contains characters that must be percent-encoded as UTF-8.');
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  if (rawPath.length > MOST_PATH) throw notFound(`There is nothing at an address of ${rawPath.length} characters.`);
  checkEncodedText(rawQuery);
  const query = queryOf(rawQuery);
  const segments = rawPath
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodeSegment);
  const [first = '', ...rest] = segments;
  const spelled = [firstSegments.get(first.toLowerCase()) ?? first, ...rest];
  return { path: `/${spelled.map(encodeURIComponent).join('/')}`, segments: spelled, query };
}

function queryOf(rawQuery: string): URLSearchParams {
  if (rawQuery === '') return new URLSearchParams();
  if (rawQuery.split('&', MOST_PARAMETERS + 1).length > MOST_PARAMETERS) {
    throw invalidSyntax(`An address takes at most ${MOST_PARAMETERS} query parameters; send fewer.`);
  }
  const query = new URLSearchParams(rawQuery);
  for (const [name, value] of query) {
    if (!hasLongRun(value)) continue;
    const where = `The query parameter "${name.slice(0, 100)}"`;
    throw invalidValue(`${where} has more than ${MOST_MARKS} combining marks in a row; remove some.`);
  }
  return query;
}

/** The names of parameters by their lower case. */
export const byLowerCase = (names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(names.map((name) => [name.toLowerCase(), name]));

/**
 * The parameters of a query by the names that the document has, in whatever case they came; lists where they are repeated.
 * @param names see byLowerCase
 */
export function parametersOf(
  query: URLSearchParams,
  names: ReadonlyMap<string, string>,
): Record<string, string | string[]> {
  const given = new Map<string, string[]>();
  for (const [sent, value] of query) {
    const name = names.get(sent.toLowerCase()) ?? sent;
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  given.delete('__proto__');
  return Object.fromEntries(
    [...given].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 126) return false;
  return true;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidSyntax('The path of the address is not percent-encoded correctly; encode it as UTF-8.');
  }
}

/** A byte of a character outside ASCII, percent-encoded: without any, nothing can be invalid. */
const ENCODED_BYTE = /%[89a-f]/iu;

/** A percent sign that encodes nothing is accepted, because Entra does not encode it in values. */
function checkEncodedText(query: string): void {
  if (!ENCODED_BYTE.test(query)) return;
  for (const [run] of query.matchAll(/(?:%[\da-f]{2})+/giu)) {
    try {
      decodeURIComponent(run);
    } catch {
      throw invalidSyntax('The query of the address is not valid UTF-8; percent-encode it as UTF-8.');
    }
  }
}
