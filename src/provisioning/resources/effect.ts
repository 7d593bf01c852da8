import { canonicalText } from '../../protocol/equality.js';
import type { JsonObject } from '../../protocol/json.js';
import type { MembershipStep } from '../../protocol/membership.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';

/** What a write has done, for the activity log: names of attributes, and never their values. */
export interface Effect {
  readonly id: string;
  /** The userName of a user, the displayName of a group. */
  readonly name: string | undefined;
  /** The attributes that changed; of members, how many: `members +1`. Empty where nothing did. */
  readonly changed: readonly string[];
}

/** The name by which people know a resource. */
export function nameOf(type: ResourceTypeName, resource: JsonObject): string | undefined {
  const name = resource[type === 'User' ? 'userName' : 'displayName'];
  return typeof name === 'string' ? name : undefined;
}

/** The names of the attributes that differ, in alphabetical order. */
export function changedNames(before: JsonObject, after: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSame(before, after, name)).sort();
}

function isSame(before: JsonObject, after: JsonObject, name: string): boolean {
  const [old, now] = [before[name] ?? null, after[name] ?? null];
  return (
    old === now || (typeof old === 'object' && typeof now === 'object' && canonicalText(old) === canonicalText(now))
  );
}

/** How many members the steps of a change name, such as `members +2 -1`; `members` alone where they name none. */
export function membersText(steps: readonly MembershipStep[]): string {
  let [added, removed] = [0, 0];
  for (const step of steps) {
    if (step.kind !== 'delta') continue;
    added += step.add.length;
    removed += step.remove.length;
  }
  return ['members', ...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`-${removed}`] : [])].join(' ');
}
