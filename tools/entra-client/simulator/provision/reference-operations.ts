import type { JsonObject } from '../../json.js';
import type { ProvisioningSettings } from '../settings.js';
import { MANAGER_TARGET } from './attribute-mapping.js';

type Shapes = Pick<ProvisioningSettings, 'dialect' | 'rareShapes'>;

const word = (op: 'Add' | 'Replace' | 'Remove', { dialect }: Shapes): string =>
  dialect === 'flag' ? op.toLowerCase() : op;

/** Sets a manager, whose id is a bare string in both dialects. */
export function managerOperation(id: string, hadOne: boolean, shapes: Shapes): JsonObject {
  const path = shapes.rareShapes.has('manager-without-urn') ? 'manager' : MANAGER_TARGET.text;
  return { op: word(hadOne ? 'Replace' : 'Add', shapes), path, value: id };
}

/** Removes a manager, which one report has; the others have nothing sent. */
export const managerRemoval = (id: string, shapes: Shapes): JsonObject => ({
  op: word('Remove', shapes),
  path: `${MANAGER_TARGET.text}[value eq "${id}"]`,
});

/** Adds one member. */
export function memberAddition(id: string, shapes: Shapes): JsonObject {
  const op = shapes.rareShapes.has('member-replaces') ? 'Replace' : 'Add';
  return { op: word(op, shapes), path: 'members', value: [{ $ref: null, value: id }] };
}

/** Removes one member: named in the value without the flag, by a filter with it. */
export function memberRemoval(id: string, shapes: Shapes): JsonObject {
  const op = word('Remove', shapes);
  if (shapes.dialect === 'flag') return { op, path: `members[value eq "${id}"]` };
  return { op, path: 'members', value: [{ $ref: null, value: id }] };
}
