/** What a change of the contract does to a client: it breaks it, offers it something, or says the same in other words. */
export type Weight = 'breaking' | 'addition' | 'text';

export interface Change {
  readonly weight: Weight;
  /** The place as CHANGELOG.md names it: `GET /Users 200`, or a pointer such as `#/components/schemas/Meta`. */
  readonly at: string;
  readonly what: string;
}

/** Who writes the values that a schema describes: the client in a request, the server in an answer. */
export type Direction = 'request' | 'response';

/** What a change of a schema does to the values that it allows. */
export type Effect = 'narrower' | 'wider' | 'other';

/** A request may not be allowed less than before, and an answer may not hold more. */
const BREAKING: Readonly<Record<Direction, readonly Effect[]>> = {
  request: ['narrower', 'other'],
  response: ['wider', 'other'],
};

export const weightOf = (effect: Effect, direction: Direction): Weight =>
  BREAKING[direction].includes(effect) ? 'breaking' : 'addition';

export const breaking = (at: string, what: string): Change => ({ weight: 'breaking', at, what });

export const addition = (at: string, what: string): Change => ({ weight: 'addition', at, what });
