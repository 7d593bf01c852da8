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
    throw error.in(`Operations[${place.index}]${partOf(place, error.scimType)}`);
  }
}

/** What an error with this keyword is about. */
const ABOUT: Partial<Record<ScimType, 'path' | 'value'>> = {
  invalidPath: 'path',
  invalidFilter: 'path',
  noTarget: 'path',
  mutability: 'path',
  invalidValue: 'value',
};

/** What is about the path of an operation without one is about the names in its value. */
function partOf({ hasPath, hasValue }: SentPlace, scimType: ScimType | undefined): string {
  const about = scimType === undefined ? undefined : ABOUT[scimType];
  if (about === undefined) return '';
  if (about === 'path') return hasPath ? '.path' : hasValue ? '.value' : '';
  return hasValue ? '.value' : '';
}
