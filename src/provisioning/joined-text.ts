export type Text = string | AsyncIterable<string>;

/** Texts with commas between, a head and a tail; in pieces where one of them is, or where they come one by one. */
export function joinedText(head: string, texts: readonly Text[] | AsyncIterable<Text>, tail: string): Text {
  if (!isArray(texts)) return pieces(head, texts, tail);
  const whole = texts.filter((text) => typeof text === 'string');
  return whole.length === texts.length ? `${head}${whole.join(',')}${tail}` : pieces(head, texts, tail);
}

const isArray = (texts: object): texts is readonly Text[] => Array.isArray(texts);

async function* pieces(
  head: string,
  texts: readonly Text[] | AsyncIterable<Text>,
  tail: string,
): AsyncGenerator<string> {
  yield head;
  let comma = '';
  for await (const text of texts) {
    if (typeof text === 'string') yield comma + text;
    else {
      if (comma !== '') yield comma;
      yield* text;
    }
    comma = ',';
  }
  yield tail;
}
