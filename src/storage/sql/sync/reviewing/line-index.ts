import { isId } from '../../../../model/id.js';
import { LINE_KINDS, type ChangeSelection, type LineSelection } from '../../../../model/line.js';
import { pageSize } from '../../../page-size.js';
import { addNumber, intersectionOf, unionOf, type LineNumbers } from '../../../../model/reviewing/line-numbers.js';
import { lineKey, type ChangeType, type Warning } from '../../../../model/reviewing/plan-review.js';
import type { Subject } from '../../../../model/subject.js';
import { foldString } from '../../../../protocol/search-form.js';
import { linesOf } from '../line/rows.js';
import { areRare, rareNumbers } from '../line/states.js';
import { parseNumbers } from '../stored-json.js';
import type { TenantReads } from '../tenant-reads.js';

/** What the names of the lines stand under. */
export const NAMES = 'names';

/** What the fingerprints of the lines stand under. */
export const FINGERPRINTS = 'fingerprints';

/** How many ranges of numbers, or names, a piece has at most. */
export const PIECE = pageSize(1_000);

const CHANGES: readonly ChangeType[] = ['set', 'changed', 'blanked'];

interface IndexRow {
  readonly key: string;
  readonly first: number;
  readonly entries: string;
}

/** What the index of a plan knows of a selection, and what is left to be looked at line by line. */
export interface Selected {
  /** The numbers of the lines that may be wanted; undefined where the index knows nothing of it. */
  readonly numbers: LineNumbers | undefined;
  readonly rest: Pick<LineSelection, 'subject' | 'kinds' | 'states'>;
}

/** Looks up in the index of a plan what a selection wants. Before a plan is counted, it has none. */
export async function selectedNumbers(reads: TenantReads, planId: string, selection: LineSelection): Promise<Selected> {
  const { subject, kinds, states, ...indexed } = selection;
  const byKind = subject === undefined && kinds === undefined ? undefined : kindKeys(selection);
  const isCounted = byKind === undefined || (await hasReview(reads, planId));
  const wanted = [...conditions(indexed), ...(byKind !== undefined && isCounted ? [byKind] : [])];
  const sets = await Promise.all(wanted.map((keys) => numbersOf(reads, planId, keys)));
  const { search } = indexed;
  if (search !== undefined) sets.push(await found(reads, planId, foldString(search)));
  const isRare = sets.length > 0 && areRare(states);
  if (isRare) sets.push(await rareNumbers(reads, planId, states));
  const rest = states === undefined || isRare ? {} : { states };
  const [first, ...others] = sets;
  return {
    numbers: first && others.reduce(intersectionOf, first),
    rest: isCounted
      ? rest
      : { ...rest, ...(subject === undefined ? {} : { subject }), ...(kinds === undefined ? {} : { kinds }) },
  };
}

async function hasReview(reads: TenantReads, planId: string): Promise<boolean> {
  const sql = 'select 1 as one from sync_plan_reviews where tenant_id = ? and plan_id = ?';
  return (await reads.row<{ one: number }>(sql, [planId])) !== undefined;
}

const SUBJECTS: readonly Subject[] = ['account', 'group', 'membership'];

function kindKeys({ subject, kinds = LINE_KINDS }: LineSelection): readonly string[] {
  const subjects = subject === undefined ? SUBJECTS : [subject];
  return subjects.flatMap((one) => kinds.map((kind) => lineKey.kind(one, kind)));
}

/** The lines that have any of these keys. */
export async function numbersOf(reads: TenantReads, planId: string, keys: readonly string[]): Promise<LineNumbers> {
  const sql = `select key, first, entries from sync_plan_index where tenant_id = ? and plan_id = ? and`;
  const rows = [...(await reads.rowsByIds<IndexRow>(sql, [planId], 'key', keys))].sort((a, b) => a.first - b.first);
  const byKey = new Map<string, number[]>();
  for (const { key, entries } of rows) {
    const numbers = byKey.get(key) ?? [];
    byKey.set(key, numbers);
    for (const number of parseNumbers(entries)) numbers.push(number);
  }
  return unionOf([...byKey.values()]);
}

/** For each condition the keys of which a line has to have one. */
function* conditions({ group, change, warnings }: LineSelection): Generator<readonly string[]> {
  if (group !== undefined) yield [lineKey.group(group)];
  if (change !== undefined) yield changeKeys(change);
  if (warnings !== undefined) yield warnings.map((warning: Warning) => lineKey.warning(warning));
}

const changeKeys = ({ attribute, types = CHANGES }: ChangeSelection): readonly string[] =>
  types.map((type) => (attribute === undefined ? lineKey.change(type) : lineKey.attribute(attribute, type)));

/** Lines with a name that contains the text, or of the user or group with that id. */
async function found(reads: TenantReads, planId: string, folded: string): Promise<LineNumbers> {
  const [names, resource] = await Promise.all([
    named(reads, planId, folded),
    isId(folded) ? ofResource(reads, planId, folded) : [],
  ]);
  return unionOf([names, resource]);
}

/** Reads the names piece by piece: a hundred thousand of them are three megabytes. */
async function named(reads: TenantReads, planId: string, folded: string): Promise<LineNumbers> {
  const numbers: number[] = [];
  for (let after = 0; ;) {
    const rows = await reads.page<IndexRow>(
      `select key, first, entries from sync_plan_index
       where tenant_id = ? and plan_id = ? and key = ? and first > ? order by first limit 20`,
      [planId, NAMES, after],
    );
    for (const { first, entries } of rows) {
      if (!entries.includes(folded)) continue;
      for (const [place, name] of entries.split('\n').entries()) {
        if (name.includes(folded)) addNumber(numbers, first + place);
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < 20) return numbers;
    after = last.first;
  }
}

async function ofResource(reads: TenantReads, planId: string, id: string): Promise<LineNumbers> {
  const lines = await Promise.all((['account', 'group'] as const).map((one) => linesOf(reads, planId, one, [id])));
  return unionOf(lines.flat().map(({ number }) => [number, 1]));
}
