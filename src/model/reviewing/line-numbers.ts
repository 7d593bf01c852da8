/**
 * Numbers of lines in ascending order, as ranges: the first number and the count of each, so that [1, 3, 7, 1] is 1, 2, 3 and 7.
 * Lines that are alike often stand side by side.
 */
export type LineNumbers = readonly number[];

/** Adds a number that is larger than all before it. */
export function addNumber(ranges: number[], number: number): void {
  const [first = 0, count = 0] = ranges.slice(-2);
  if (ranges.length > 0 && first + count === number) ranges[ranges.length - 1] = count + 1;
  else ranges.push(number, 1);
}

/** How many numbers there are. */
export function countNumbers(numbers: LineNumbers): number {
  let sum = 0;
  for (let at = 1; at < numbers.length; at += 2) sum += numbers[at] ?? 0;
  return sum;
}

/** The numbers one by one, those behind `after`. */
export function* eachNumber(numbers: LineNumbers, after = 0): Generator<number> {
  for (let at = 0; at < numbers.length; at += 2) {
    const first = numbers[at] ?? 0;
    const end = first + (numbers[at + 1] ?? 0);
    for (let number = Math.max(first, after + 1); number < end; number += 1) yield number;
  }
}

/** The number at a place, from 0; undefined behind the last. */
export function numberAt(numbers: LineNumbers, place: number): number | undefined {
  let left = place;
  for (let at = 0; at < numbers.length; at += 2) {
    const count = numbers[at + 1] ?? 0;
    if (left < count) return (numbers[at] ?? 0) + left;
    left -= count;
  }
  return undefined;
}

/** The numbers that are in any of these. */
export function unionOf(sets: readonly LineNumbers[]): LineNumbers {
  const [first = [], ...others] = sets;
  if (others.length === 0) return first;
  const ranges = sets.flatMap((set) => rangesOf(set)).sort((a, b) => a.first - b.first);
  const union: number[] = [];
  for (const { first: from, end } of ranges) {
    const [last = 0, count = 0] = union.slice(-2);
    if (union.length > 0 && from <= last + count) union[union.length - 1] = Math.max(count, end - last);
    else union.push(from, end - from);
  }
  return union;
}

/** The numbers that are in both. */
export function intersectionOf(a: LineNumbers, b: LineNumbers): LineNumbers {
  const [left, right] = [rangesOf(a), rangesOf(b)];
  const both: number[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [one, other] = [left[i], right[j]];
    if (one === undefined || other === undefined) break;
    const [first, end] = [Math.max(one.first, other.first), Math.min(one.end, other.end)];
    if (first < end) both.push(first, end - first);
    if (one.end < other.end) i += 1;
    else j += 1;
  }
  return both;
}

interface Range {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

function rangesOf(numbers: LineNumbers): readonly Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < numbers.length; at += 2) {
    const first = numbers[at] ?? 0;
    ranges.push({ first, end: first + (numbers[at + 1] ?? 0) });
  }
  return ranges;
}
