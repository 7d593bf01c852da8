import fc from 'fast-check';

/** Texts that have been trouble somewhere: markup, quotes, escapes, names of JavaScript, lookalikes of other types. */
const TROUBLE = [
  ...['<script>alert(1)</script>', '"', '\\', "'; --", '%00', '%', '${x}', '{{x}}', '../..', ' both ends ', '\t', '\n'],
  ...['__proto__x', 'constructor', 'toString', 'null', 'undefined', 'True', '0', '-1', '1e309', 'NaN', '[]', '{}'],
  ...['e\u0301', '\u00e9', '\u{1F600}', '\u202eabc', '\u0130', '\u00df', '\ufeff', 'a:b', 'a.b', 'urn:x:y', '*', '_'],
];

const points = (text: string): number => Array.from(text).length;

/** Legal text of Unicode, of so many code points as JSON Schema counts them. */
export function textOf(least: number, most: number): fc.Arbitrary<string> {
  const fits = (text: string): boolean => points(text) >= least && points(text) <= most;
  const random = fc.string({ unit: 'grapheme', minLength: least, maxLength: Math.min(most, least + 20) });
  return fc.oneof(
    { weight: 6, arbitrary: random.filter(fits) },
    {
      weight: 2,
      arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: least, maxLength: Math.min(most, least + 9) }),
    },
    { weight: 2, arbitrary: fc.constantFrom(...edges(least, most), ...TROUBLE.filter(fits)) },
  );
}

/** The shortest text and the longest, in one byte a character and in four, unless it may be of any length. */
const edges = (least: number, most: number): readonly string[] => [
  'x'.repeat(least),
  ...(most <= 2_000
    ? ['x'.repeat(most), '\u{1F600}'.repeat(most), '\u{1F600}'.repeat(Math.max(least, most - 12))]
    : []),
];

/** Text of a format of JSON Schema; undefined for a format that is not known here. */
export function formatted(format: string): fc.Arbitrary<string> | undefined {
  const time = (from: string, to: string): fc.Arbitrary<string> =>
    fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true }).map((date) => date.toISOString());
  switch (format) {
    case 'date-time':
      return time('2027-06-01T00:00:00Z', '2090-01-01T00:00:00Z');
    case 'uuid':
      return fc.uuid();
    case 'uri':
      return fc.webUrl();
    case 'email':
      return fc.emailAddress();
    default:
      return undefined;
  }
}
