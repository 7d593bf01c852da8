import { isObject, isTextList, parseJson, type Json } from '../json.js';
import type { Answer } from './send.js';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
const MEDIA_TYPES = ['application/scim+json', 'application/json'];

/** The body of an answer; undefined if there is none, or it is no JSON. */
export const bodyOf = (answer: Answer): Json | undefined => (answer.text === '' ? undefined : parseJson(answer.text));

/** What of an answer no SCIM answer may have, whatever the request was; a sentence each (RFC 7644 §3.1, §3.12). */
export function malformed(answer: Answer): readonly string[] {
  return [...malformedBody(answer), ...(answer.status >= 400 ? malformedError(answer) : [])];
}

function malformedBody(answer: Answer): readonly string[] {
  if (answer.text === '') return [];
  if (answer.status === 204) return ['an answer with the status 204 has a body'];
  const { mediaType } = answer;
  const ofType = MEDIA_TYPES.includes(mediaType)
    ? []
    : [`the media type is "${mediaType}", not ${MEDIA_TYPES.join(' or ')}`];
  return bodyOf(answer) === undefined ? [...ofType, 'the body is not JSON'] : ofType;
}

function malformedError(answer: Answer): readonly string[] {
  const body = bodyOf(answer);
  const schemas = isObject(body) ? body['schemas'] : undefined;
  if (!isObject(body) || !isTextList(schemas) || !schemas.includes(ERROR_SCHEMA)) {
    return ['an error has not the schema of errors'];
  }
  return body['status'] === String(answer.status)
    ? []
    : [`an error says that its status is ${JSON.stringify(body['status'])}, not "${answer.status}"`];
}
