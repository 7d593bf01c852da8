import { invalidSyntax } from '../../protocol/scim-error.js';

/** The target of a request below the place where a document is served, decoded. */
export interface RequestTarget {
  /** Percent-encoded anew from the decoded segments, with the documented spelling of the first. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Decodes a request target. `%2F` stays within its segment; the first segment is matched without regard to case, and
 * a slash at the end is ignored.
 * @throws ScimError 400 for percent-encoding or UTF-8 that is broken.
 */
export function decodeTarget(url: string, firstSegments: ReadonlyMap<string, string>): RequestTarget {
  if (!isAscii(url)) throw invalidSyntax('The address holds characters that must be percent-encoded as UTF-8.');
  const mark = url.indexOf('?');
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  checkEncodedText(rawQuery);
  const [, ...segments] = rawPath.split('/').map(decodeSegment);
  if (segments.at(-1) === '') segments.pop();
  const [first = '', ...rest] = segments;
  const known = firstSegments.get(first.toLowerCase()) ?? first;
  return {
    path: `/${[known, ...rest].map(encodeURIComponent).join('/')}`,
    query: new URLSearchParams(rawQuery),
  };
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

/** A percent sign that encodes nothing is let through, since Entra does not encode it in values. */
function checkEncodedText(query: string): void {
  for (const [run] of query.matchAll(/(?:%[\da-f]{2})+/giu)) {
    try {
      decodeURIComponent(run);
    } catch {
      throw invalidSyntax('The query of the address is not valid UTF-8; percent-encode it as UTF-8.');
    }
  }
}
