type Text = string | AsyncIterable<string>;

/** Texts with commas between, a head and a tail; in pieces where one of them is. */
export function joinedText(head: string, bodies: readonly Text[], tail: string): Text {
  const texts = bodies.filter((body) => typeof body === 'string');
  return texts.length === bodies.length ? `${head}${texts.join(',')}${tail}` : pieces(head, bodies, tail);
}

async function* pieces(head: string, bodies: readonly Text[], tail: string): AsyncGenerator<string> {
  yield head;
  for (const [index, body] of bodies.entries()) {
    if (index > 0) yield ',';
    if (typeof body === 'string') yield body;
    else yield* body;
  }
  yield tail;
}
