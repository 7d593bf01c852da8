import { foldString } from '../../protocol/search-form.js';
import type { MirrorItem, PlanLine, TrackedLine } from '../../storage/sync-model.js';
import { fateOf, resolveNames, type Contested, type Resolution } from './resolve-names.js';
import { linesIn } from './lines.js';
import { AT_A_TIME, type Draft } from './planning.js';

/** A line that wants a userName which another account has. */
interface Wish {
  readonly number: number;
  readonly resourceId: string;
  readonly name: string;
  readonly from: string | undefined;
  readonly holderId: string;
}

const WANTING = ['create', 'link', 'update', 'deactivate', 'reactivate'] as const;

/** Puts the accounts that want each other's userNames in order, or says that they are in conflict. */
export async function planNames(draft: Draft): Promise<void> {
  const wishes = await wishesOf(draft);
  if (wishes.length === 0) return;
  const contested = await withFates(draft, wishes);
  const resolved = resolveNames(contested, await draft.planning.backend.takesAtomicBatches());
  for (const part of inParts(wishes)) await rewrite(draft, part, resolved);
}

async function wishesOf({ reader, planId }: Draft): Promise<readonly Wish[]> {
  const wishes: Wish[] = [];
  for await (const lines of linesIn(reader, planId, { subject: 'account', kinds: WANTING })) {
    const wanting = lines.filter((line) => wantedName(line) !== undefined);
    const holders = await reader.mirroredByNames(wanting.flatMap((line) => wantedName(line) ?? []));
    wishes.push(...wanting.flatMap((line) => wishOf(line, holders.get(wantedName(line) ?? ''))));
  }
  return wishes;
}

/** The name, folded, that the account does not have yet. */
function wantedName({ before, after }: PlanLine): string | undefined {
  const name = after === undefined ? undefined : foldString(after.name);
  return before !== undefined && foldString(before.name) === name ? undefined : name;
}

function wishOf({ number, resourceId, name, before }: TrackedLine, holder: MirrorItem | undefined): readonly Wish[] {
  if (holder === undefined || holder.resourceId === resourceId) return [];
  return [{ number, resourceId, name, from: before?.name, holderId: holder.resourceId }];
}

async function withFates({ reader, planId }: Draft, wishes: readonly Wish[]): Promise<readonly Contested[]> {
  const contested: Contested[] = [];
  for (const part of inParts(wishes)) {
    const ids = [...new Set(part.map(({ holderId }) => holderId))];
    const lines = await reader.linesOf(planId, 'account', ids);
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
  const lines = [...(await reader.linesOf(planId, 'account', ids)).values()];
  const changed = lines.map((line) => resolvedLine(line, resolved.get(line.resourceId)));
  await planning.storage.writeSync(tenantId, (sync) => sync.replaceLines(planId, changed));
}

function resolvedLine(line: PlanLine, resolution: Resolution | undefined): PlanLine {
  if (resolution === undefined) throw new Error('A line that wants a name was not resolved');
  if ('conflict' in resolution) return { ...line, kind: 'conflict', would: line.kind, sentence: resolution.conflict };
  return { ...line, ...resolution };
}

function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += AT_A_TIME) yield all.slice(at, at + AT_A_TIME);
}
