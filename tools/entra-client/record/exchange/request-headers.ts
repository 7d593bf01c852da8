import type { Observed } from '../observed.js';

/** What a replay sends in place of a token that was refused. */
const REFUSED_TOKEN = 'not-the-secret-token';

const MEDIA_TYPES =
  /^(?:application\/(?:scim\+json|json|x-www-form-urlencoded|xml)|text\/(?:plain|html)|application\/\*|\*\/\*)$/i;
const PARAMETER = /^(?:charset=utf-8|q=[01](?:\.\d{1,3})?)$/i;
const UNKNOWN_TYPE = 'application/x-replaced';

/** What stands in a recording for the token of a request. */
export const tokenOf = ({ answer }: Observed): string => (answer.status === 401 ? REFUSED_TOKEN : '{{token}}');

/** The headers that have a meaning in SCIM and say nothing of anybody; all others are left out. */
export function replaceHeaders(observed: Observed): Readonly<Record<string, string>> {
  const { authorization, 'content-type': contentType, accept } = observed.headers;
  return {
    ...(authorization === undefined ? {} : { Authorization: replaceAuthorization(authorization, tokenOf(observed)) }),
    ...(accept === undefined ? {} : { Accept: replaceMediaTypes(accept) }),
    ...(contentType === undefined ? {} : { 'Content-Type': replaceMediaTypes(contentType) }),
  };
}

function replaceAuthorization(value: string, token: string): string {
  const scheme = /^(?:bearer|basic)(?= )/i.exec(value)?.[0] ?? 'Bearer';
  return `${scheme} ${token}`;
}

const replaceMediaTypes = (value: string): string => value.split(',').map(replaceMediaType).join(',');

function replaceMediaType(value: string): string {
  const [type = '', ...parameters] = value.split(';');
  const known = MEDIA_TYPES.test(type.trim()) && parameters.every((parameter) => PARAMETER.test(parameter.trim()));
  return known ? value : UNKNOWN_TYPE;
}
