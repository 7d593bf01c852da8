import type { PlanLine } from '../../model/line.js';
import type { MirrorItem } from '../../model/mirror.js';
import { foldString } from '../../protocol/search-form.js';
import type { DraftLine } from './decide.js';
import { AT_A_TIME, type Draft } from './planning.js';
import { fateOf, resolveNames, type Contested, type Resolution } from './resolve-names.js';

/** An account that wants a userName which another one has. */
interface Wish {
  readonly resourceId: string;
  readonly name: string;
  readonly from: string | undefined;
  readonly holderId: string;
}

const WANTING: ReadonlySet<string> = new Set(['create', 'link', 'update', 'deactivate', 'reactivate']);

/** The userNames that the lines of a plan want while other accounts of the backend have them. */
export class WantedNames {
  readonly #draft: Draft;
  readonly #wishes: Wish[] = [];

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Looks at the lines of accounts, in few statements. */
  async add(lines: readonly DraftLine[]): Promise<void> {
    const wanting = lines.flatMap((line) => {
      const folded = wantedName(line);
      return folded === undefined ? [] : [{ line, folded }];
    });
    if (wanting.length === 0) return;
    const holders = await this.#draft.reader.mirror.byNames(wanting.map(({ folded }) => folded));
    this.#wishes.push(...wanting.flatMap(({ line, folded }) => wishOf(line, holders.get(folded))));
  }

  /** Puts the accounts in order, or says that they are in conflict, when all lines of accounts are stored. */
  async resolve(): Promise<void> {
    if (this.#wishes.length === 0) return;
    const contested = await withFates(this.#draft, this.#wishes);
    const resolved = resolveNames(contested, await this.#draft.planning.backend.largestAtomicBatch());
    for (const part of inParts(this.#wishes)) await rewrite(this.#draft, part, resolved);
  }
}

/** The name, folded, that the account does not have yet. */
function wantedName({ kind, before, after }: DraftLine): string | undefined {
  if (after === undefined || !WANTING.has(kind)) return undefined;
  const name = foldString(after.name);
  return before !== undefined && foldString(before.name) === name ? undefined : name;
}

function wishOf({ resourceId, name, before }: DraftLine, holder: MirrorItem | undefined): readonly Wish[] {
  if (holder === undefined || holder.resourceId === resourceId) return [];
  return [{ resourceId, name, from: before?.name, holderId: holder.resourceId }];
}

async function withFates({ reader, planId }: Draft, wishes: readonly Wish[]): Promise<readonly Contested[]> {
  const contested: Contested[] = [];
  for (const part of inParts(wishes)) {
    const ids = [...new Set(part.map(({ holderId }) => holderId))];
    const lines = await reader.lines.of(planId, 'account', ids);
    for (const { resourceId, name, from, holderId } of part) {
      const holder = { resourceId: holderId, fate: fateOf(name, lines.get(holderId)) };
      contested.push({ resourceId, name, from, holder });
    }
  }
  return contested;
}

async function rewrite(
  { planning, tenantId, planId, reader }: Draft,
  wishes: readonly Wish[],
  resolved: ReadonlyMap<string, Resolution>,
): Promise<void> {
  const ids = wishes.map(({ resourceId }) => resourceId);
  const lines = [...(await reader.lines.of(planId, 'account', ids)).values()];
  const changed = lines.map((line) => resolvedLine(line, resolved.get(line.resourceId)));
  await planning.storage.writeSync(tenantId, (sync) => sync.lines.replace(planId, changed));
}

function resolvedLine(line: PlanLine, resolution: Resolution | undefined): PlanLine {
  if (resolution === undefined) throw new Error('A line that wants a name was not resolved');
  if ('conflict' in resolution) return { ...line, kind: 'conflict', would: line.kind, sentence: resolution.conflict };
  return { ...line, ...resolution };
}

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_A_TIME.items) yield all.slice(at, at + AT_A_TIME.items);
}
