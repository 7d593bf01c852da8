import { isArray, isObject, type Json } from '../../tools/entra-client/json.js';

/** How the names in a body are spelled: as the document has them, in capitals, or in small letters. */
export type Spelling = 'canonical' | 'upper' | 'lower';

/** The body with the names of its members, and of theirs, in another spelling; URNs stay as they are, and what is under them. */
export function respelled(body: Json, spelling: Spelling): Json {
  if (isArray(body)) return body.map((element) => respelled(element, spelling));
  if (!isObject(body) || spelling === 'canonical') return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) =>
      name.includes(':') ? [name, value] : [spell(name, spelling), respelled(value, spelling)],
    ),
  );
}

const spell = (name: string, spelling: Spelling): string =>
  spelling === 'upper' ? name.toUpperCase() : name.toLowerCase();
