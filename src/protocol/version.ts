/**
 * The entity tag of a resource, as `meta.version` and the ETag header have it (RFC 7644 §3.14).
 * It is weak: one version has several representations, by projection and content type.
 * @param derived stands for the parts that change without the resource's own version, such as `groups`; of [0-9A-Za-z-]
 */
export function weakTag(version: number, derived?: string): string {
  return derived === undefined ? `W/"${version}"` : `W/"${version}.${derived}"`;
}

/**
 * The entity tags in an If-Match or If-None-Match header, each without `W/` and quotes (RFC 9110 §8.8.3), or `*`.
 * A header that is not a list of entity tags to its end yields those in front of the fault.
 */
export function parseTags(header: string): '*' | readonly string[] {
  if (header.trim() === '*') return '*';
  const entityTag = /[\t ,]*(?:W\/)?"([\x21\x23-\x7E\x80-\xFF]*)"[\t ]*(?=,|$)/y;
  const tags: string[] = [];
  for (let match = entityTag.exec(header); match !== null; match = entityTag.exec(header)) tags.push(match[1] ?? '');
  return tags;
}

/**
 * Whether an If-Match header lets a request through to a resource of that version (RFC 7644 §3.14): it names the version
 * or says `*`. Derived parts do not count, since a write does not touch them. A malformed tag matches nothing.
 */
export function ifMatch(header: string, version: number): boolean {
  const tags = parseTags(header);
  return tags === '*' || tags.some((tag) => tag.split('.', 1)[0] === String(version));
}

/**
 * Whether an If-None-Match header lets a request through: it does not name the resource's current tag, and is not `*`
 * (RFC 9110 §13.1.2). Where it does not let through, a read is answered 304 and a write 412.
 * @param tag the current tag, as `weakTag` made it
 */
export function ifNoneMatch(header: string, tag: string): boolean {
  const tags = parseTags(header);
  return tags !== '*' && !tags.some((other) => `W/"${other}"` === tag);
}
