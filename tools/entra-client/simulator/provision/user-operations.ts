import type { Json, JsonObject } from '../../json.js';
import type { DirectoryUser } from '../company/directory.js';
import type { Dialect, ProvisioningSettings } from '../settings.js';
import { mappedValues, type MappedValue } from './attribute-mapping.js';
import { roleOperations } from './roles.js';
import { readTarget, targetPath } from './target-path.js';

const ACTIVE = targetPath('active');

/** What a resource has and is to have at one target. */
interface Difference extends MappedValue {
  readonly op: 'add' | 'replace';
}

/** The operations that make a resource what the user is; none if there is no difference. */
export function userOperations(
  user: DirectoryUser,
  resource: JsonObject,
  settings: ProvisioningSettings,
): readonly JsonObject[] {
  const wanted = [...mappedValues(user, settings.mapping), { target: ACTIVE, value: user.accountEnabled }];
  const changes = operationsFor(differences(wanted, resource), settings);
  return [...changes, ...roleOperations(user, resource, settings)];
}

/** The operation that disables a user, or none where that is so. */
export const disablingOperations = (resource: JsonObject, settings: ProvisioningSettings): readonly JsonObject[] =>
  operationsFor(differences([{ target: ACTIVE, value: false }], resource), settings);

/** The operations that set attributes of a group; with the flag they have no path. */
export function groupOperations(wanted: JsonObject, resource: JsonObject, dialect: Dialect): readonly JsonObject[] {
  const values = Object.entries(wanted).map(([name, value]) => ({ target: targetPath(name), value }));
  const found = differences(values, resource);
  return dialect === 'legacy' ? found.map(legacyOperation) : withoutPath(found);
}

function differences(wanted: readonly MappedValue[], resource: JsonObject): readonly Difference[] {
  return wanted.flatMap(({ target, value }) => {
    const held = readTarget(resource, target);
    if (held === value) return [];
    return [{ target, value, op: held === undefined || held === null ? 'add' : 'replace' } as const];
  });
}

function operationsFor(found: readonly Difference[], settings: ProvisioningSettings): readonly JsonObject[] {
  if (settings.dialect === 'flag') return flagOperations(found);
  const inArray = settings.rareShapes.has('value-in-array');
  return found.map(legacyOperation).map((one) => (inArray ? withValueInArray(one) : one));
}

const legacyOperation = ({ op, target, value }: Difference): JsonObject => ({
  op: op === 'add' ? 'Add' : 'Replace',
  path: target.text,
  value: inWords(value),
});

/** Booleans are the words of .NET. */
const inWords = (value: Json): Json => (typeof value === 'boolean' ? (value ? 'True' : 'False') : value);

const withValueInArray = ({ value = null, ...operation }: JsonObject): JsonObject => ({
  ...operation,
  value: [{ $ref: null, value }],
});

/** Filtered paths have an operation each, all the rest shares one without path, unless it is a single one. */
function flagOperations(found: readonly Difference[]): readonly JsonObject[] {
  const filtered = found.filter(({ target }) => target.chosenBy !== undefined);
  const rest = found.filter(({ target }) => target.chosenBy === undefined);
  return [...filtered.map(flagOperation), ...(rest.length === 1 ? rest.map(flagOperation) : withoutPath(rest))];
}

const flagOperation = ({ op, target, value }: Difference): JsonObject => ({ op, path: target.text, value });

function withoutPath(found: readonly Difference[]): readonly JsonObject[] {
  if (found.length === 0) return [];
  const op = found.some((one) => one.op === 'replace') ? 'replace' : 'add';
  return [{ op, value: Object.fromEntries(found.map(({ target, value }) => [target.text, value])) }];
}
