import type { IncomingMessage } from 'node:http';

/** `uri-host [ ":" port ]` (RFC 9112 §3.2, RFC 3986 §3.2.2); it may be empty. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w\-.~!$&'()*+,;=%]*)(?::\d{0,5})?$/iu;

/**
 * What is wrong with the Host header of a request, which a server has to refuse (RFC 9112 §3.2): it is missing, there is more
 * than one, or it is no host.
 * @returns what to tell the client; undefined where nothing is wrong
 */
export function hostProblem({ httpVersion, headers, rawHeaders }: IncomingMessage): string | undefined {
  if (headers.host === undefined) {
    return httpVersion === '1.1' ? 'The request has no Host header; send one.' : undefined;
  }
  let lines = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') lines += 1;
  }
  if (lines > 1) return 'The request has more than one Host header; send one.';
  return HOST.test(headers.host)
    ? undefined
    : 'The Host header is no host; send a name or an address, and a port if need be.';
}
