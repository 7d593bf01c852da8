import { member, type JsonObject, type JsonValue, isJsonObject } from '../json.js';
import { ScimError, type ScimType } from '../scim-error.js';

/** Where an operation stands in a PATCH message as the client sent it; one that was sent may stand for several. */
export interface SentPlace {
  /** Its position in `Operations`, counted from 0. */
  readonly index: number;
  readonly hasPath: boolean;
  readonly hasValue: boolean;
}

/** The place of an operation of a message that was sent. */
export function sentPlace(operation: JsonValue, index: number): SentPlace {
  const has = (name: string): boolean => isJsonObject(operation) && isGiven(operation, name);
  return { index, hasPath: has('path'), hasValue: has('value') };
}

const isGiven = (operation: JsonObject, name: string): boolean => (member(operation, name) ?? null) !== null;

/**
 * Does what belongs to one operation. An error names the part of the operation that the client has to change, as in
 * `In "Operations[2].value": "title" must be a string.`
 * @param place undefined where nobody knows how the operation was sent
 * @throws ScimError as the work does
 */
export function atPlace<Result>(place: SentPlace | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (place === undefined || !(error instanceof ScimError)) throw error;
    const part = error.place === undefined ? partOf(place, error.scimType) : place.hasValue ? '.value' : '';
    throw error.in(`Operations[${place.index}]${part}`);
  }
}

/** What an error with this keyword is about. */
const ABOUT: Partial<Record<ScimType, 'path' | 'value'>> = {
  invalidPath: 'path',
  invalidFilter: 'path',
  noTarget: 'path',
  mutability: 'path',
  invalidValue: 'value',
  uniqueness: 'value',
};

/** What is about the path of an operation without one is about the names in its value. */
function partOf({ hasPath, hasValue }: SentPlace, scimType: ScimType | undefined): string {
  const about = scimType === undefined ? undefined : ABOUT[scimType];
  if (about === undefined) return '';
  if (about === 'path') return hasPath ? '.path' : hasValue ? '.value' : '';
  return hasValue ? '.value' : '';
}

/** An operation with its path and value in standard form. */
interface Placed {
  readonly path: string | undefined;
  readonly value: JsonValue | undefined;
  readonly sent?: SentPlace;
}

/**
 * An error that shows only once all operations are done, with the place of the last operation on what it is about; itself where no
 * operation is.
 */
export function inOperations(error: unknown, operations: readonly Placed[]): unknown {
  if (!(error instanceof ScimError) || error.about === undefined || error.place !== undefined) return error;
  const { attribute, value } = error.about;
  const about = operations.filter((operation) => keysOf(operation).some((key) => leadsTo(key, attribute)));
  const naming = value === undefined ? about : about.filter((operation) => isNamedIn(operation, value));
  const place = naming.at(-1)?.sent;
  return place === undefined ? error : error.in(`Operations[${place.index}]${partOf(place, error.scimType)}`);
}

const keysOf = ({ path, value }: Placed): readonly string[] =>
  path !== undefined ? [path] : isJsonObject(value) ? Object.keys(value) : [];

const isNamedIn = ({ path = '', value = null }: Placed, text: string): boolean =>
  path.includes(text) || JSON.stringify(value).includes(JSON.stringify(text));

/** Whether a path, or a name in a value, is that of the attribute, of a part of it, or of what it is a part of. */
function leadsTo(key: string, attribute: string): boolean {
  const [path, name] = [key.toLowerCase(), attribute.toLowerCase()];
  const begins = (long: string, short: string): boolean =>
    long.startsWith(short) && ['', '.', '[', ':'].includes(long.charAt(short.length));
  return begins(path, name) || begins(name, path) || path.endsWith(`:${name}`);
}
