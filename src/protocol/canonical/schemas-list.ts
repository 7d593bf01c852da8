import { isJsonArray, mapElements, member, withMember, type JsonObject } from '../json.js';

/**
 * A body whose `schemas` names the known URNs in the standard's spelling, whatever case they came in (RFC 8141 §3.1 has parts of
 * a URN compare without case, and clients go further); others stay as sent.
 * @param body with the name `schemas` in the standard's spelling
 * @param known the URNs that a document may ask for
 */
export function spelledSchemas(body: JsonObject, known: readonly string[]): JsonObject {
  const listed = member(body, 'schemas');
  if (!isJsonArray(listed) || listed.length > MOST_LISTED) return body;
  const spelling = spellingsOf(known);
  const spelled = mapElements(listed, (urn) =>
    typeof urn === 'string' ? (spelling.get(urn.toLowerCase()) ?? urn) : urn,
  );
  return spelled === listed ? body : withMember(body, 'schemas', spelled);
}

/** By lists of URNs, their spelling by their lower case. */
const spellings = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function spellingsOf(known: readonly string[]): ReadonlyMap<string, string> {
  const made = spellings.get(known) ?? new Map(known.map((urn) => [urn.toLowerCase(), urn]));
  spellings.set(known, made);
  return made;
}

/** No resource has as many schemas; a longer list is left to the check that refuses it. */
const MOST_LISTED = 1_000;
