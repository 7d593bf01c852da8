import { parseAttributePath, type AttributePath } from '../attribute-path.js';
import type { FilterLimits } from '../filter/tree.js';
import type { ResourceType } from '../schemas/attribute.js';
import { ScimError } from '../scim-error.js';

/** What a name may have that an administrator types in Entra as the target of a mapping: `custom:country`, `Cost Center`. */
const CHARACTERS = /^[\p{L}\p{M}\p{N} _\-.:/$]+$/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const DOT_AT_AN_END = /^\.|\.$/u;
/** Means the prototype of an object, and nothing else, wherever it stands. */
const PROTOTYPE = /(?:^|[.:])__proto__(?:$|[.:])/u;
const OPERATOR = / (?:eq|ne|co|sw|ew|gt|ge|lt|le|pr)(?: |$)/iu;

/**
 * The path of a PATCH operation. What is no path but reads like a name is an unknown attribute.
 * @throws ScimError 400 `invalidPath` for syntax gone wrong (brackets, quotes, operators, dots without a name), or
 * `invalidFilter` as parseAttributePath does
 */
export function parsePatchPath(path: string, type: ResourceType, limits?: FilterLimits): AttributePath {
  try {
    return parseAttributePath(path, type, limits);
  } catch (error) {
    if (!(error instanceof ScimError) || error.scimType !== 'invalidPath' || !readsLikeName(path)) throw error;
    return { kind: 'unknown', segments: [path] };
  }
}

function readsLikeName(path: string): boolean {
  const broken = DOT_AT_AN_END.test(path) || OPERATOR.test(path) || PROTOTYPE.test(path);
  return CHARACTERS.test(path) && LETTER_OR_DIGIT.test(path) && !broken;
}
