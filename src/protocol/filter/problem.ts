/**
 * Why a filter or a path is refused, while it is being parsed.
 * - `syntax`: the text does not follow the grammar
 * - `meaning`: it does, but asks for what cannot be compared
 * - `limit`: it costs more than the limits allow
 */
export class FilterProblem extends Error {
  constructor(
    readonly kind: 'syntax' | 'meaning' | 'limit',
    /** Where in the text, in UTF-16 code units from 0. */
    readonly at: number,
    /** A part of a sentence: what is expected there, or what is wrong. */
    reason: string,
  ) {
    super(reason);
    this.name = 'FilterProblem';
  }

  /** The sentence for the client; characters are counted from 1. */
  describe(what: 'filter' | 'path', text: string): string {
    const character = Array.from(text.slice(0, this.at)).length + 1;
    const subject = what === 'path' ? `The path ${JSON.stringify(text.slice(0, LONGEST_SHOWN))}` : 'The filter';
    if (this.kind === 'limit') return `${subject} is too costly: ${this.message}.`;
    if (this.kind === 'meaning') return `${subject} cannot be applied: ${this.message} (character ${character}).`;
    const found = this.at >= text.length ? ', but it ends there' : '';
    return `${subject} cannot be read: ${this.message} is expected at character ${character}${found}.`;
  }
}

/** The longest path that an error repeats whole. */
const LONGEST_SHOWN = 100;
