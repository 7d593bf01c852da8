import type { PlanLine } from '../../model/line.js';
import { addNumber, countNumbers, eachNumber, unionOf, type LineNumbers } from '../../model/reviewing/line-numbers.js';
import { lineKey, type StoredGroup } from '../../model/reviewing/plan-review.js';
import { signatureOf } from './signature.js';

/** How many groups are kept: nobody pages through more. */
const MOST_GROUPS = 1_000;

/** How many lines of a group are shown as examples. */
export const EXAMPLES = 3;

/** Groups the lines of a plan that make the same change. */
export class GroupsOfLines {
  readonly #lines = new Map<string, number[]>();

  add(line: PlanLine): void {
    const signature = signatureOf(line);
    const lines = this.#lines.get(signature);
    if (lines === undefined) this.#lines.set(signature, [line.number, 1]);
    else addNumber(lines, line.number);
  }

  /** The largest groups of two lines or more, with the numbers of all lines by their keys. */
  result(): { readonly groups: readonly StoredGroup[]; readonly numbers: ReadonlyMap<string, LineNumbers> } {
    const all = [...this.#lines].map(([signature, numbers]) => ({ signature, numbers, lines: countNumbers(numbers) }));
    const large = all
      .filter(({ lines }) => lines > 1)
      .sort((a, b) => b.lines - a.lines || (a.signature < b.signature ? 1 : -1));
    const kept = large.slice(0, MOST_GROUPS);
    const signatures = new Set(kept.map(({ signature }) => signature));
    const alone = unionOf(all.filter(({ signature }) => !signatures.has(signature)).map(({ numbers }) => numbers));
    return {
      groups: kept.map(({ signature, lines, numbers }) => ({ signature, lines, first: firstOf(numbers) })),
      numbers: new Map<string, LineNumbers>([
        ...kept.map(({ signature, numbers }) => [lineKey.group(signature), numbers] as const),
        [lineKey.alone, alone],
      ]),
    };
  }
}

/** The first numbers, to be shown as examples. */
function firstOf(numbers: LineNumbers): readonly number[] {
  const first: number[] = [];
  for (const number of eachNumber(numbers)) {
    first.push(number);
    if (first.length === EXAMPLES) break;
  }
  return first;
}
