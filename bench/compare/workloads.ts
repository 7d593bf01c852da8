import { person, teamNameOf, userNameOf } from '../../src/provisioning/seed/person.js';
import type { Asked, Client } from './client.js';

/** How many users there are that are in no group, besides those that a table's heading counts. */
export const SPARE = 200;

/** The seed of the people. */
export const SEED = 1;

/** How many users are asked for, again and again. */
const SAMPLE = 200;

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** How many users a server has besides the spare ones, and how many members its groups have. */
export interface Filling {
  readonly size: number;
  readonly members: readonly number[];
}

/** What a server's workloads need to know of its directory. */
export interface World {
  readonly size: number;
  /** Numbers of users from all over the directory, and their ids. */
  readonly sample: readonly { readonly number: number; readonly id: string }[];
  /** Ids of the users that are in no group. */
  readonly spare: readonly string[];
  /** The groups by how many members they have. */
  readonly groups: ReadonlyMap<number, string>;
  /** The number of a user that there has not been yet. */
  readonly nextNumber: () => number;
}

/** Requests of a kind, one after the other. */
export interface Workload {
  readonly name: string;
  readonly request: (world: World, index: number) => Asked;
  /** How many members the group has that it needs. */
  readonly members?: number;
}

/** Looks the users of a server up. */
export async function readWorld(client: Client, { size, members }: Filling): Promise<World> {
  const sample: { number: number; id: string }[] = [];
  for (let index = 0; index < SAMPLE; index += 1) {
    const number = (index * 7_919) % size;
    sample.push({ number, id: await onlyOne(client, lookUp(number)) });
  }
  const spare: string[] = [];
  for (let index = 0; index < SPARE; index += 1) spare.push(await onlyOne(client, lookUp(size + index)));
  const groups = new Map<number, string>();
  for (const [index, count] of members.entries()) {
    const filter = encodeURIComponent(`displayName eq "${teamNameOf(index)}"`);
    const [id] = await client.idsOf(`/Groups?filter=${filter}&excludedAttributes=members`).catch(() => []);
    if (id !== undefined) groups.set(count, id);
  }
  let next = size + SPARE;
  return { size, sample, spare, groups, nextNumber: () => next++ };
}

async function onlyOne(client: Client, path: string): Promise<string> {
  const [id, ...others] = await client.idsOf(path);
  if (id === undefined || others.length > 0)
    throw new Error(`${path} finds ${others.length + (id === undefined ? 0 : 1)}`);
  return id;
}

const lookUp = (number: number): string => `/Users?filter=${encodeURIComponent(`userName eq "${userNameOf(number)}"`)}`;

const nth = <T>(items: readonly T[], index: number): T => {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('there is nothing to ask for');
  return item;
};

const hit = ({ sample }: World, index: number): Asked => ({ method: 'GET', path: lookUp(nth(sample, index).number) });
const miss = (_world: World, index: number): Asked => ({ method: 'GET', path: lookUp(9_000_000 + index) });
const get = ({ sample }: World, index: number): Asked => ({ method: 'GET', path: `/Users/${nth(sample, index).id}` });
const create = ({ nextNumber }: World): Asked => ({ method: 'POST', path: '/Users', body: person(SEED, nextNumber()) });

function patch({ sample }: World, index: number, ...Operations: readonly object[]): Asked {
  return { method: 'PATCH', path: `/Users/${nth(sample, index).id}`, body: { schemas: [PATCH_OP], Operations } };
}

const patchLegacy = (world: World, index: number): Asked =>
  patch(
    world,
    index,
    { op: 'Replace', path: 'title', value: `Title ${index}` },
    { op: 'Replace', path: 'active', value: 'True' },
  );

const patchFlag = (world: World, index: number): Asked =>
  patch(
    world,
    index,
    { op: 'replace', path: 'title', value: `Title ${index}` },
    { op: 'replace', path: 'emails[type eq "work"].value', value: `mail.${index}@contoso.example` },
  );

/** Adds a hundred users to a group, then removes them, and so on. */
function changeGroup({ groups, spare }: World, index: number, members: number): Asked {
  const value = nth(spare, index % 100);
  const operation =
    Math.floor(index / 100) % 2 === 0
      ? { op: 'add', path: 'members', value: [{ value }] }
      : { op: 'remove', path: `members[value eq "${value}"]` };
  const body = { schemas: [PATCH_OP], Operations: [operation] };
  return { method: 'PATCH', path: `/Groups/${groups.get(members) ?? ''}`, body };
}

const MIXED = [
  ...[hit, hit, get, hit, patchFlag, hit, miss, hit, get, hit],
  ...[patchFlag, hit, hit, miss, get, hit, patchFlag, hit, hit],
];

/** What Entra sends in a quiet hour: mostly lookups, some changes, a membership now and then. */
function mixed(world: World, index: number): Asked {
  const kind = MIXED[index % (MIXED.length + 1)];
  return kind === undefined ? changeGroup(world, Math.floor(index / (MIXED.length + 1)), 10) : kind(world, index);
}

/** What Entra sends for a new company: a lookup that finds nobody, a create, and a membership now and then. */
function initialCycle(world: World, index: number): Asked {
  const step = index % 9;
  if (step === 8) return changeGroup(world, Math.floor(index / 9), 10);
  return step % 2 === 0 ? miss(world, index) : create(world);
}

const listed = (parameters: Readonly<Record<string, string | number>>): Asked => ({
  method: 'GET',
  path: `/Users?${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`,
});

/** All workloads, in the order of the rows. */
export function workloads(members: readonly number[]): readonly Workload[] {
  const count = (number: number): string => number.toLocaleString('en');
  return [
    { name: 'lookup, hit', request: hit },
    { name: 'lookup, miss', request: miss },
    { name: 'get', request: get },
    { name: 'create', request: create },
    { name: 'PATCH, legacy dialect', request: patchLegacy },
    { name: 'PATCH, aadOptscim062020', request: patchFlag },
    ...members.map((number) => ({
      name: `group of ${count(number)}: add, remove`,
      request: (world: World, index: number) => changeGroup(world, index, number),
      members: number,
    })),
    ...members.map((number) => ({
      name: `group of ${count(number)}: get`,
      request: ({ groups }: World): Asked => ({ method: 'GET', path: `/Groups/${groups.get(number) ?? ''}` }),
      members: number,
    })),
    { name: 'filter without an index', request: () => listed({ filter: 'title co "no such title"', count: 100 }) },
    { name: 'list of 100', request: () => listed({ startIndex: 1, count: 100 }) },
    { name: 'list of 100, at the end', request: ({ size }) => listed({ startIndex: size - 99, count: 100 }) },
    { name: 'steady state, mixed', request: mixed },
    { name: 'initial cycle', request: initialCycle },
  ];
}
