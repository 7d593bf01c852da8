/** A stand-in for a value: `flexible` may be written in another case, the rest may not. */
export interface StandIn {
  readonly before: string;
  readonly flexible: string;
  readonly after: string;
}

type Shape = readonly [pattern: RegExp, standIn: (number: number) => Partial<StandIn>];

const MILLISECONDS_OF_A_DAY = 86_400_000;
const BEGIN = Date.UTC(2001, 0, 1);

const base64 = (number: number): string => Buffer.from(`value-${String(number).padStart(6, '0')}`).toString('base64');

/** What a value looks like to the stand-in for it, which has to pass where the value did. The first that fits counts. */
const SHAPES: readonly Shape[] = [
  [/^\d{4}-\d\d-\d\dT/i, (number) => ({ before: new Date(BEGIN + number * 1_000).toISOString() })],
  [
    /^\d{4}-\d\d-\d\d$/,
    (number) => ({ before: new Date(BEGIN + number * MILLISECONDS_OF_A_DAY).toISOString().slice(0, 10) }),
  ],
  [/^\d+$/, (number) => ({ before: String(900_000_000 + number) })],
  [/^\+?[\d\s().\-/]{5,}$/, (number) => ({ before: `+1 555 ${String(1_000_000 + number)}` })],
  [/^https?:\/\//i, (number) => ({ before: 'https://replaced.example/', flexible: `page-${number}` })],
  [/^[^\s@]+@[^\s@]+$/, (number) => ({ flexible: `person-${number}`, after: '-{{run}}@replaced.example' })],
  [/^[\w+/]+={1,2}$/, (number) => ({ before: base64(number) })],
];

/** The stand-in with a number for a value of its shape, with `{{run}}` where it may have to be unique. */
export function standIn(value: string, number: number): StandIn {
  const shape = SHAPES.find(([pattern]) => pattern.test(value))?.[1];
  const fallback: Partial<StandIn> = { flexible: `value-${number}`, after: '-{{run}}' };
  return { before: '', flexible: '', after: '', ...(shape?.(number) ?? fallback) };
}

/** A certificate, where the value need not look like one. */
export const certificate = (number: number): StandIn => ({ before: base64(number), flexible: '', after: '' });

/** A stand-in in its nth spelling: each other than the rest, and the same without case. */
export function spelled({ before, flexible, after }: StandIn, nth: number): string {
  let bits = nth;
  const letters = Array.from(flexible, (letter) => {
    if (!/[a-z]/.test(letter)) return letter;
    const upper = bits % 2 === 1;
    bits = Math.floor(bits / 2);
    return upper ? letter.toUpperCase() : letter;
  });
  return before + letters.join('') + after;
}
