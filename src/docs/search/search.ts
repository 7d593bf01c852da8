/** A part of a page that can be found. */
export interface Entry {
  /** The id of the page. */
  readonly page: string;
  /** The id of the heading; empty for the top of the page. */
  readonly anchor: string;
  /** The title of the page, then the heading. */
  readonly title: string;
  readonly text: string;
}

/** A part of a page that was found. */
export interface Hit {
  readonly entry: Entry;
  /** What stands around the first word that was found, in pieces: every second one is a word that was looked for. */
  readonly excerpt: readonly string[];
}

/** Words that one search looks for, and parts that it shows; the others are left out. */
const MOST_WORDS = 8;
const MOST_HITS = 30;

/** Characters of an excerpt, and those of it that stand before the first word found. */
const EXCERPT = 240;
const BEFORE = 60;

/** The words that a question looks for, in lower case. */
const wordsIn = (question: string): readonly string[] =>
  question
    .toLowerCase()
    .split(/[\s"'`<>]+/u)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);

/**
 * The parts that have every word of the question, the best first: a word in the title counts ten times one in the text, and
 * the first parts of a book count before the later ones. Runs on the server and, in a folder of files, in the browser.
 */
export function search(entries: readonly Entry[], question: string): readonly Hit[] {
  const words = wordsIn(question);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST_HITS)
    .map(({ entry }) => ({ entry, excerpt: excerptOf(entry.text, words) }));
}

/** 0 where a word is in neither title nor text. */
function scoreOf({ title, text }: Entry, words: readonly string[]): number {
  const [inTitle, inText] = [title.toLowerCase(), text.toLowerCase()];
  let score = 0;
  for (const word of words) {
    const titled = inTitle.includes(word) ? 10 : 0;
    const found = inText.includes(word) ? 1 : 0;
    if (titled + found === 0) return 0;
    score += titled + found;
  }
  return score;
}

function excerptOf(text: string, words: readonly string[]): readonly string[] {
  const lower = text.toLowerCase();
  const [first = 0] = words
    .map((word) => lower.indexOf(word))
    .filter((at) => at >= 0)
    .sort((one, other) => one - other);
  const begin = first <= BEFORE ? 0 : lower.lastIndexOf(' ', first - BEFORE) + 1;
  const shown = text.slice(begin, begin + EXCERPT);
  return inPieces((begin > 0 ? '… ' : '') + shown + (begin + EXCERPT < text.length ? ' …' : ''), words);
}

/** The text in pieces: what is not looked for, what is, and so on. */
function inPieces(text: string, words: readonly string[]): readonly string[] {
  const lower = text.toLowerCase();
  const pieces: string[] = [];
  let at = 0;
  for (;;) {
    const next = words
      .map((word) => ({ word, index: lower.indexOf(word, at) }))
      .filter(({ index }) => index >= 0)
      .sort((one, other) => one.index - other.index || other.word.length - one.word.length)[0];
    if (next === undefined) return [...pieces, text.slice(at)];
    pieces.push(text.slice(at, next.index), text.slice(next.index, next.index + next.word.length));
    at = next.index + next.word.length;
  }
}
