/** V8 searches for texts up to this length in time that grows with the sum of both; for longer ones with their product. */
const SHORT = 240;

/** Whether a text has another one in it. Takes time in proportion to the sum of the lengths (Knuth, Morris, Pratt 1977). */
export function contains(text: string, part: string): boolean {
  if (part.length <= SHORT) return text.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at += 1) {
    matched = extended(part, borders, matched, text.charCodeAt(at));
    if (matched === part.length) return true;
  }
  return false;
}

/** For each beginning of a text, the length of the longest shorter one that it also ends with. */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length + 1);
  for (let at = 1; at < part.length; at += 1) {
    borders[at + 1] = extended(part, borders, borders[at] ?? 0, part.charCodeAt(at));
  }
  return borders;
}

/** How much of a text is matched when one more code unit follows on what was matched so far. */
function extended(part: string, borders: Uint32Array, matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length] ?? 0;
  return part.charCodeAt(length) === unit ? length + 1 : 0;
}
