import type { PlanLine } from '../../model/line.js';
import { addNumber, countNumbers, unionOf, type LineNumbers } from '../../model/reviewing/line-numbers.js';
import {
  lineKey,
  WARNINGS,
  type AttributeCount,
  type ChangeType,
  type GroupLoss,
  type LineIndex,
  type Warning,
  type WarningCount,
} from '../../model/reviewing/plan-review.js';
import { member } from '../../protocol/json.js';
import { foldString } from '../../protocol/search-form.js';
import { fingerprintOf } from '../comparison/fingerprint.js';
import { EXAMPLES, GroupsOfLines } from './groups-of-lines.js';
import { changesValues } from './signature.js';
import { changeType, warningsOf, type Past } from './warnings.js';

/** What is known of the backend besides the lines, as far as it was asked for. */
export interface Surroundings {
  /** Accounts that have a value, by attribute. */
  readonly accountsWith: ReadonlyMap<string, number>;
  /** Members that the backend has, by group. */
  readonly members: ReadonlyMap<string, number>;
  /** Above which share of its members a group loses many. */
  readonly groupLossShare: number;
}

/** Smaller groups may lose any share of their members. */
const GROUP_FROM = 10;

/** How many groups that lose members are listed. */
const LOSSES = 20;

interface Removed {
  readonly name: string;
  readonly numbers: number[];
}

/** Counts what a plan comes to, line by line: in memory there are a few numbers of each, never the lines. */
export class Reviewer {
  readonly #numbers = new Map<string, number[]>();
  readonly #groups = new GroupsOfLines();
  readonly #names: string[] = [];
  readonly #fingerprints: string[] = [];
  readonly #attributes = new Map<string, Record<ChangeType, number>>();
  readonly #removed = new Map<string, Removed>();
  readonly #examples = new Map<Warning, PlanLine[]>();

  add(line: PlanLine, past: Past): void {
    this.#names.push(searchedOf(line));
    this.#fingerprints.push(fingerprintOf(line));
    this.#groups.add(line);
    this.#number(lineKey.kind(line.subject, line.kind), line.number);
    for (const warning of warningsOf(line, past)) this.#warn(warning, line);
    if (changesValues(line)) this.#addChanges(line);
    if (line.kind === 'remove') this.#addRemoved(line);
  }

  /** Attributes that are blanked: it is to be known how many accounts have them. */
  get blanked(): readonly string[] {
    return [...this.#attributes].flatMap(([attribute, { blanked }]) => (blanked > 0 ? [attribute] : []));
  }

  /** Groups of which it is to be known how many members they have. */
  get groups(): readonly string[] {
    const deleted = (this.#examples.get('groupDeleted') ?? []).map(({ resourceId }) => resourceId);
    return [...new Set([...deleted, ...this.#removed.keys()])];
  }

  /** What is to be stored. Nothing is added any more. */
  index(around: Surroundings): LineIndex {
    const losses = this.#losses(around.members);
    this.#warnOfLosses(losses, around.groupLossShare);
    const { groups, numbers } = this.#groups.result();
    const warned = WARNINGS.map((warning) => this.#numbers.get(lineKey.warning(warning)) ?? []);
    const review = {
      lines: this.#names.length,
      dangerous: countNumbers(unionOf(warned)),
      warnings: WARNINGS.flatMap((warning) => this.#counted(warning, around.members)),
      attributes: this.#attributeCounts(around.accountsWith),
      groupLosses: losses.slice(0, LOSSES),
      groups: groups.length,
      alone: countNumbers(numbers.get(lineKey.alone) ?? []),
    };
    return {
      review,
      groups,
      numbers: new Map([...this.#numbers, ...numbers]),
      names: this.#names,
      fingerprints: this.#fingerprints,
    };
  }

  #warn(warning: Warning, line: PlanLine): void {
    this.#number(lineKey.warning(warning), line.number);
    const examples = this.#examples.get(warning) ?? [];
    if (examples.length < EXAMPLES) this.#examples.set(warning, [...examples, line]);
  }

  #addChanges({ number, changes }: PlanLine): void {
    const types = new Set<ChangeType>();
    for (const change of changes) {
      const type = changeType(change);
      types.add(type);
      const counts = this.#attributes.get(change.attribute) ?? { set: 0, changed: 0, blanked: 0 };
      counts[type] += 1;
      this.#attributes.set(change.attribute, counts);
      this.#number(lineKey.attribute(change.attribute, type), number);
    }
    for (const type of types) this.#number(lineKey.change(type), number);
  }

  #addRemoved({ resourceId, name, number }: PlanLine): void {
    const removed = this.#removed.get(resourceId) ?? { name, numbers: [] };
    addNumber(removed.numbers, number);
    this.#removed.set(resourceId, removed);
  }

  #number(key: string, number: number): void {
    const numbers = this.#numbers.get(key) ?? [];
    addNumber(numbers, number);
    this.#numbers.set(key, numbers);
  }

  #losses(members: Surroundings['members']): readonly GroupLoss[] {
    return [...this.#removed]
      .map(([groupId, { name, numbers }]) => ({
        groupId,
        name,
        members: members.get(groupId) ?? 0,
        removed: countNumbers(numbers),
      }))
      .filter((loss) => loss.members >= GROUP_FROM)
      .sort((a, b) => shareOf(b) - shareOf(a) || (a.name < b.name ? -1 : 1));
  }

  #warnOfLosses(losses: readonly GroupLoss[], share: number): void {
    const large = losses.filter((loss) => shareOf(loss) > share);
    const sets = large.map(({ groupId }) => this.#removed.get(groupId)?.numbers ?? []);
    if (sets.length > 0) this.#numbers.set(lineKey.warning('groupLoses'), [...unionOf(sets)]);
  }

  #counted(warning: Warning, members: Surroundings['members']): readonly WarningCount[] {
    const numbers: LineNumbers = this.#numbers.get(lineKey.warning(warning)) ?? [];
    if (numbers.length === 0) return [];
    const examples = (this.#examples.get(warning) ?? []).map((line) => ({
      number: line.number,
      name: line.name,
      ...(line.memberName === undefined ? {} : { memberName: line.memberName }),
      ...(warning === 'groupDeleted' ? { members: members.get(line.resourceId) ?? 0 } : {}),
    }));
    return [{ warning, lines: countNumbers(numbers), examples }];
  }

  #attributeCounts(accountsWith: Surroundings['accountsWith']): readonly AttributeCount[] {
    return [...this.#attributes]
      .map(([attribute, counts]) => ({ attribute, ...counts, accountsWith: accountsWith.get(attribute) ?? 0 }))
      .sort((a, b) => sumOf(b) - sumOf(a) || (a.attribute < b.attribute ? -1 : 1));
  }
}

const sumOf = ({ set, changed, blanked }: AttributeCount): number => set + changed + blanked;

/** The share of its members that a group loses. */
const shareOf = ({ removed, members }: GroupLoss): number => removed / members;

/** What a search looks at: userName and displayName, of a membership the names of both. */
function searchedOf({ name, memberName = '', before, after }: PlanLine): string {
  const displayName = member((after ?? before)?.attributes ?? {}, 'displayName');
  const text = `${name} ${memberName} ${typeof displayName === 'string' ? displayName : ''}`;
  return foldString(text)
    .replaceAll(/[\r\n]/gu, ' ')
    .trimEnd();
}
