import type { MirrorItem, SyncContent } from '../../model/mirror.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { StagedItem } from '../../model/resource.js';
import { tombstoneOf } from '../../protocol/entra/tombstone.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { AttributeMapping } from './attribute-mapping.js';

/** What the backend is to have of a user or group; without `content`, nothing. */
export interface Desired {
  readonly content?: SyncContent;
  /** When the grace period of a deleted user ends, as a dateTime. */
  readonly deleteAfter?: string;
  /** The userName that a user in Entra's recycle bin has there; the content has the former one. */
  readonly tombstone?: string;
}

const NOTHING: Desired = {};
const DAY = 86_400_000;

/**
 * What the backend is to have of a user: what is staged, as the policy says what disabling and deleting mean.
 * A disabled user that the backend never had needs no account.
 * @param now as a dateTime in fixed-width UTC
 */
export function desiredAccount(
  staged: StagedItem | undefined,
  mirror: MirrorItem | undefined,
  { policy, mapping, now }: { policy: SyncPolicy; mapping: AttributeMapping; now: string },
): Desired {
  if (staged === undefined) return mirror === undefined ? NOTHING : desiredOfDeleted(mirror, policy, now);
  if (staged.active) return { content: contentOf(staged, true, mapping) };
  if (mirror === undefined || policy.deactivation === 'delete') return NOTHING;
  return inactive(staged, mirror, policy.deactivation === 'ignore' && mirror.content.active, mapping);
}

/** A user that was deleted keeps an account without access until the grace period is over. */
function desiredOfDeleted(mirror: MirrorItem, policy: SyncPolicy, now: string): Desired {
  const deleteAfter = new Date(Date.parse(mirror.missingSince ?? now) + policy.deleteGraceDays * DAY).toISOString();
  if (policy.deleteGraceDays === 0 || deleteAfter <= now) return NOTHING;
  const active = policy.deactivation === 'ignore' && mirror.content.active;
  return { content: { ...mirror.content, active }, deleteAfter };
}

/** What the backend is to have of a group; groups have neither states nor grace periods. */
export function desiredGroup(staged: StagedItem | undefined): Desired {
  if (staged === undefined) return NOTHING;
  const document = parse(staged.document);
  const externalId = member(document, 'externalId');
  return {
    content: {
      name: textOf(member(document, 'displayName')),
      active: true,
      attributes: externalId === undefined ? {} : { externalId },
    },
  };
}

/** The name of a tombstone, which Entra gives a user in its recycle bin, is not for the backend: the former one stays. */
function inactive(staged: StagedItem, mirror: MirrorItem, active: boolean, mapping: AttributeMapping): Desired {
  const document = parse(staged.document);
  if (tombstoneOf(document) === undefined) return { content: contentOf(staged, active, mapping) };
  const { name } = mirror.content;
  return {
    content: { name, active, attributes: mapping(withMember(document, 'userName', name)) },
    tombstone: textOf(member(document, 'userName')),
  };
}

function contentOf(staged: StagedItem, active: boolean, mapping: AttributeMapping): SyncContent {
  const document = parse(staged.document);
  return { name: textOf(member(document, 'userName')), active, attributes: mapping(document) };
}

/** A staged document as JSON. */
export function parse(document: string): JsonObject {
  const value: unknown = JSON.parse(document);
  if (!isJsonObject(value)) throw new Error('A staged document is not a JSON object');
  return value;
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
