import { FilterProblem } from './problem.js';
import { scan, type Token } from './scan.js';

type Word = Extract<Token, { kind: 'word' }>;

/** The tokens of a text, read from left to right. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws FilterProblem where a character of the text fits nowhere */
  constructor(text: string) {
    this.#tokens = scan(text);
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (!token) throw new Error('A text has at least the token of its end');
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the next token when it is that punctuation. */
  accept(kind: Token['kind']): boolean {
    if (this.peek().kind !== kind) return false;
    this.#next++;
    return true;
  }

  /** Takes the next token when it is that keyword, in any case. */
  acceptKeyword(keyword: string): boolean {
    const token = this.peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== keyword) return false;
    this.#next++;
    return true;
  }

  /** @throws FilterProblem when the next token is of another kind; `what` says what is expected */
  expect(kind: Token['kind'], what: string): Token {
    if (this.peek().kind !== kind) throw new FilterProblem('syntax', this.peek().start, what);
    return this.take();
  }

  expectWord(what: string): Word {
    const token = this.take();
    if (token.kind !== 'word') throw new FilterProblem('syntax', token.start, what);
    return token;
  }

  /** Takes a word that begins with a dot and stands at that place, without a space in between. */
  acceptSuffix(at: number): Word | undefined {
    const token = this.peek();
    if (token.kind !== 'word' || token.start !== at || !token.text.startsWith('.')) return undefined;
    this.#next++;
    return token;
  }
}
