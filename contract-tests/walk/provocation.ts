import type { Operation } from '../document/contract.js';
import type { Json } from '../../tools/entra-client/json.js';
import type { Call } from './call.js';

/** How to get one documented answer out of the server. `World` is what the requests of a walk are made from. */
export interface Provocation<World> {
  /** The ids of the operations, or all that the document has with this status. */
  readonly operations: readonly string[] | 'all';
  readonly status: string;
  /** The `scimType` that the answer must have; undefined where it may have any or none. */
  readonly scimType?: string;
  /** What is done, in a few words. */
  readonly by: string;
  /** Makes the request out of the usual one, which succeeds. */
  change(call: Call, world: World): Call | Promise<Call>;
}

/** A documented answer that no request can provoke; `faults.test.ts` brings each about by a fault. */
export interface Unprovoked {
  /** The id of an operation, or all. */
  readonly operation: string;
  readonly status: string;
  /** Where only this kind of error is meant. */
  readonly scimType?: string;
  readonly reason: string;
}

/** A walk over the operations of one document. */
export interface Walk<World> {
  /** Where the document's server is below the origin, such as `/scim`. */
  readonly basePath: string;
  /** By the ids of the operations: makes what a request needs to succeed, and the request. */
  readonly usual: Readonly<Record<string, (world: World) => Call | Promise<Call>>>;
  readonly provocations: readonly Provocation<World>[];
  /** By the ids of operations where it is not the last of several: the status of a success with a body that is shown. */
  readonly shownStatus?: Readonly<Record<string, string>>;
  /** Makes a request to an operation with a body that the document shows, so that it succeeds. */
  showing(operation: string, body: Json, world: World): Promise<Call>;
  readonly unprovoked: readonly Unprovoked[];
}

/** What names a documented answer: `createUser 409`, or `createUser 409 uniqueness`. */
export const nameOf = (operation: string, status: string, scimType?: string): string =>
  [operation, status, scimType].filter((part) => part !== undefined).join(' ');

/** The names of all answers that the document promises, those with the `scimType`s of its examples included. */
export function documentedAnswers(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap(({ id, answers }) =>
    [...answers.values()].flatMap(({ status, scimTypes }) => [
      nameOf(id, status),
      ...scimTypes.map((scimType) => nameOf(id, status, scimType)),
    ]),
  );
}

/** The names of the answers that a list of unprovoked ones stands for. */
export function excusedAnswers(unprovoked: readonly Unprovoked[], operations: readonly Operation[]): readonly string[] {
  return unprovoked.flatMap(({ operation, status, scimType }) =>
    operations
      .filter(({ id, answers }) => (operation === 'all' || operation === id) && answers.has(status))
      .map(({ id }) => nameOf(id, status, scimType)),
  );
}

/** The requests that send each body which the document shows for them. They succeed as the usual request does. */
export function exampleProvocations<World>(
  operations: readonly Operation[],
  walk: Walk<World>,
): readonly Provocation<World>[] {
  return operations.flatMap(({ id, answers, examples }) =>
    [...examples].map(([name, body]) => ({
      operations: [id],
      // where there are two, the first needs something special in the query
      status: walk.shownStatus?.[id] ?? [...answers.keys()].filter((status) => status.startsWith('2')).at(-1) ?? '',
      by: `the example "${name}"`,
      change: (_: Call, world: World) => walk.showing(id, body, world),
    })),
  );
}
