import { nameOf, type AttributeChange, type PlanLine } from '../../../../model/line.js';
import type { SyncContent } from '../../../../model/mirror.js';
import type { JsonObject, JsonValue } from '../../../../protocol/json.js';
import { decodedAttributes, decodedId, encodedAttributes, encodedId } from './attributes.js';
import { parseLineContent } from '../stored-json.js';

/** What the columns of a line say, so that its content need not say it again. */
export type LineColumns = Pick<
  PlanLine,
  'number' | 'subject' | 'kind' | 'resourceId' | 'memberId' | 'wave' | 'needsConfirmation'
>;

/** An account or a group as it is stored: its name, its attributes, and 0 where it is not active. */
type StoredContent = readonly [name: string, attributes: JsonObject, active?: 0];

/** What the backend has, by what differs from what it is to have. */
interface StoredBefore {
  readonly name?: string;
  readonly active?: boolean;
  readonly had?: JsonObject;
  /** Attributes that it does not have. */
  readonly not?: readonly string[];
}

/**
 * What is stored of a line besides its columns, in few characters: what follows from the rest is left out. `is` is what the
 * backend is to have, `had` what it has where it is to have nothing, and `was` how it differs where it has and is to have.
 */
export type StoredLine = Partial<
  Omit<PlanLine, keyof LineColumns | 'before' | 'after' | 'stagedVersion' | 'policyRevision' | 'accountId'>
> & {
  readonly v: PlanLine['stagedVersion'];
  readonly p: PlanLine['policyRevision'];
  /** The backend's id. */
  readonly a?: string;
  readonly is?: StoredContent;
  readonly had?: StoredContent;
  readonly was?: StoredBefore;
};

/** The text of a line's content. */
export function toContent(line: PlanLine): string {
  const { stagedVersion: v, policyRevision: p, name, before, after, changes, dependsOn } = line;
  const { memberName, stagedDigest, accountId, formerId, sentence, would, heldUntil, atomicGroup, matches } = line;
  const was = before && after && beforeOf(before, after);
  return JSON.stringify({
    ...{ v, p, memberName, stagedDigest, formerId, sentence, would, heldUntil, atomicGroup, matches },
    ...(accountId === undefined ? {} : { a: encodedId(accountId) }),
    ...(name === (after ?? before)?.name ? {} : { name }),
    ...(after === undefined ? {} : { is: packed(after) }),
    ...(before === undefined || was !== undefined ? {} : { had: packed(before) }),
    ...(was === undefined ? {} : { was }),
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(isSame(changes, changesIn(line, was)) ? {} : { changes }),
  });
}

/** A line from its columns and the text of its content; an older version stored lines whole. */
export function fromContent(columns: LineColumns, text: string): PlanLine {
  const stored = parseLineContent(text);
  if ('number' in stored) return stored;
  const {
    v: stagedVersion,
    p: policyRevision,
    a: accountId,
    is,
    had,
    was,
    changes,
    dependsOn = [],
    ...content
  } = stored;
  const after = is && unpacked(is);
  const before = after !== undefined && was !== undefined ? beforeFrom(after, was) : had && unpacked(had);
  const line = {
    ...columns,
    name: (after ?? before)?.name ?? '',
    ...content,
    ...{ stagedVersion, policyRevision },
    ...(accountId === undefined ? {} : { accountId: decodedId(accountId) }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    dependsOn,
  };
  return { ...line, changes: changes ?? changesIn(line, was) };
}

const packed = ({ name, active, attributes }: SyncContent): StoredContent => {
  const encoded = encodedAttributes(attributes, name);
  return active ? [name, encoded] : [name, encoded, 0];
};

const unpacked = ([name, attributes, active]: StoredContent): SyncContent => ({
  name,
  active: active !== 0,
  attributes: decodedAttributes(attributes, name),
});

/** Only what is not as it is to be. */
function beforeOf(before: SyncContent, after: SyncContent): StoredBefore {
  const differing = Object.entries(before.attributes).filter(
    ([name, value]) => !Object.hasOwn(after.attributes, name) || !isSame(value, after.attributes[name]),
  );
  const added = Object.keys(after.attributes).filter((name) => !Object.hasOwn(before.attributes, name));
  return {
    ...(before.name === after.name ? {} : { name: before.name }),
    ...(before.active === after.active ? {} : { active: before.active }),
    ...(differing.length === 0 ? {} : { had: encodedAttributes(Object.fromEntries(differing)) }),
    ...(added.length === 0 ? {} : { not: added }),
  };
}

function beforeFrom(after: SyncContent, was: StoredBefore): SyncContent {
  const { name = after.name, active = after.active, had = {}, not = [] } = was;
  const left = Object.entries(after.attributes).filter(([attribute]) => !not.includes(attribute));
  return { name, active, attributes: { ...Object.fromEntries(left), ...decodedAttributes(had) } };
}

type Changing = Pick<PlanLine, 'subject' | 'before' | 'after'>;

/** The changes that follow from what was and what is to be, as `differences` lists them; none of a membership. */
function changesIn({ subject, before, after }: Changing, was: StoredBefore | undefined): readonly AttributeChange[] {
  if (before === undefined && after === undefined) return [];
  const [from, to] = [before?.attributes ?? {}, after?.attributes ?? {}];
  const differing = was === undefined ? Object.keys(from) : Object.keys(decodedAttributes(was.had ?? {}));
  const added = was === undefined ? Object.keys(to) : (was.not ?? []);
  const change = (attribute: string, had: JsonValue | undefined, has: JsonValue | undefined): AttributeChange => ({
    attribute,
    before: had ?? null,
    after: has ?? null,
  });
  const own = (attribute: string): AttributeChange =>
    change(attribute, valueIn(from, attribute), valueIn(to, attribute));
  return [
    ...(before?.name === after?.name ? [] : [change(nameOf(subject), before?.name, after?.name)]),
    ...(before?.active === after?.active ? [] : [change('active', before?.active, after?.active)]),
    ...[...differing].sort(byName).map(own),
    ...[...added].sort(byName).map(own),
  ];
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

const valueIn = (attributes: JsonObject, name: string): JsonValue | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
