import fc from 'fast-check';

/** Stands for the id of a resource that there is by the time the request is sent. */
export const LINK: fc.Arbitrary<string> = fc.nat(7).map((number) => `\u2982${number}\u2982`);

/** Which of the resources a text stands for; undefined where it is a text like any other. */
export function linkIn(text: string): number | undefined {
  const number = /^\u2982(\d)\u2982$/u.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}
