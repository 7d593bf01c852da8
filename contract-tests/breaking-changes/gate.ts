import { atPointer, type JsonObject } from '../../tools/entra-client/json.js';
import type { Change, Weight } from './change.js';
import { compareDocuments } from './compare.js';

/** An OpenAPI document as it was released last and as it is, with the changelog. */
export interface Contract {
  /** The name of the file under openapi/, without `.yaml`. */
  readonly name: string;
  readonly released: JsonObject;
  readonly current: JsonObject;
  /** CHANGELOG.md */
  readonly changelog: string;
}

type Version = readonly [major: number, minor: number, patch: number];

/**
 * What keeps a change of a contract from going out, each as a text that says what to do; empty when nothing does.
 * @throws Error when a document has no version of the form 1.2.3, or a schema that cannot be compared.
 */
export function faultsOf(contract: Contract): readonly string[] {
  const changes = compareDocuments(contract.released, contract.current).map((change) => clarified(contract, change));
  return [...versionFaults(contract, changes), ...unnamed(contract, changes)];
}

const WEIGHTS: readonly Weight[] = ['breaking', 'addition', 'text'];

/** A step of semantic versioning may be larger than what the document shows: what clients see may be in the code. */
function versionFaults({ name, released, current }: Contract, changes: readonly Change[]): readonly string[] {
  const [from, to] = [versionOf(released), versionOf(current)];
  const weight = WEIGHTS.find((one) => changes.some((change) => change.weight === one));
  const steps = WEIGHTS.slice(0, weight === undefined ? undefined : WEIGHTS.indexOf(weight) + 1);
  const allowed = [...steps.map((step) => nextVersion(from, step)), ...(weight === undefined ? [from] : [])];
  if (allowed.some((version) => version.join() === to.join())) return [];
  const causes = changes.filter((change) => change.weight === weight).map(({ at, what }) => `\n  \`${at}\`: ${what}`);
  return [
    `openapi/${name}.yaml has info.version ${to.join('.')}, where ${from.join('.')} was released. ` +
      `Set it to ${allowed.at(-1)?.join('.') ?? ''}, for ${weight === undefined ? NOTHING : MEANING[weight]}:${causes.join('')}`,
  ];
}

const NOTHING = 'nothing changed';

const MEANING: Readonly<Record<Weight, string>> = {
  breaking: 'clients break',
  addition: 'clients are offered more',
  text: 'texts changed',
};

function unnamed({ name, released, changelog }: Contract, changes: readonly Change[]): readonly string[] {
  const version = nextVersion(versionOf(released), 'breaking').join('.');
  const heading = headingOf(name, version);
  const named = entriesUnder(changelog, heading, 'Breaking');
  return changes
    .filter(({ weight, at }) => weight === 'breaking' && !named.includes(`\`${at}\``))
    .map(
      ({ at, what }) =>
        `openapi/${name}.yaml breaks clients at \`${at}\`: ${what}. Leave it as openapi/released/${name}.yaml has it, or say ` +
        `in CHANGELOG.md, under "## ${heading}" and "### Breaking", what clients have to do, in a line that has \`${at}\`.`,
    );
}

/**
 * A document that says at last what the server did all along takes nothing from clients: such a change, named in the changelog
 * under `### Clarified` of its own version, weighs as much as an addition.
 */
function clarified({ name, current, changelog }: Contract, change: Change): Change {
  if (change.weight !== 'breaking') return change;
  const named = entriesUnder(changelog, headingOf(name, versionOf(current).join('.')), 'Clarified');
  return named.includes(`\`${change.at}\``) ? { ...change, weight: 'addition' } : change;
}

const headingOf = (name: string, version: string): string => (name === 'scim' ? version : `${name}.yaml ${version}`);

/** The text under a heading of the third level, in the section that is headed so. */
function entriesUnder(changelog: string, heading: string, title: 'Breaking' | 'Clarified'): string {
  const section = changelog.split(/^## /mu).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section.split(/^### /mu).find((part) => part.startsWith(`${title}\n`)) ?? '';
}

function versionOf(document: JsonObject): Version {
  const version = atPointer(document, '/info/version');
  const found = typeof version === 'string' ? /^(\d+)\.(\d+)\.(\d+)$/u.exec(version) : null;
  if (found === null) throw new Error('a document has no info.version of the form 1.2.3');
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

function nextVersion([major, minor, patch]: Version, weight: Weight): Version {
  if (weight === 'breaking') return [major + 1, 0, 0];
  return weight === 'addition' ? [major, minor + 1, 0] : [major, minor, patch + 1];
}
