/** What Microsoft's library encodes by itself, in lower case; .NET encodes what else has to be, in upper case. */
const BY_THE_LIBRARY = new Set(";/?:@&=$,#[]'+");

/**
 * The address of a lookup by one attribute, encoded as Microsoft's library does: spaces as `+`, `! ( ) *` bare, a quote or
 * a backslash in a value not escaped (AzureAD/SCIMReferenceCode Protocol/Filter.cs). A percent sign, which the library leaves
 * as it is, is encoded: what comes of a bare one differs from server to server, and no source shows Entra sending it.
 */
export function lookupPath(endpoint: '/Users' | '/Groups', attribute: string, value: string): string {
  const excluded = endpoint === '/Groups' ? 'excludedAttributes=members&' : '';
  return `${endpoint}?${excluded}filter=${encodeFilterPart(attribute)}+eq+%22${encodeFilterPart(value)}%22`;
}

/** Part of a filter as it goes over the wire. */
function encodeFilterPart(text: string): string {
  return Array.from(text, encodeCharacter).join('');
}

function encodeCharacter(character: string): string {
  if (character === ' ') return '+';
  if (BY_THE_LIBRARY.has(character)) return `%${character.charCodeAt(0).toString(16)}`;
  return encodeURIComponent(character);
}
