import type { Contract } from '../document/contract.js';
import type { Transaction } from '../dredd/transaction.js';
import { conflict, ScimError, tooMany } from '../../src/protocol/scim-error.js';
import type { BreakableServer } from '../server/breakable-server.js';
import { excusedAnswers, nameOf, type Provocation, type Unprovoked, type Walk } from './provocation.js';
import { WalkHooks, type WalkInProgress } from './walk-hooks.js';

/** What goes wrong for each answer that no request can provoke. */
const ERRORS: Readonly<Record<string, Error>> = {
  '409': conflict('The plan is still being made. Try again when it is open.'),
  '429': new ScimError(429, 'Too many requests; wait.', { headers: { 'Retry-After': '1' } }),
  '500': new Error('the connection to the database is lost'),
  '503': new ScimError(503, 'The server is busy; try again later.', { headers: { 'Retry-After': '10' } }),
  '400 tooMany': tooMany('The query takes too long; narrow it.'),
};

/** The usual requests of a walk, sent while something is wrong that brings about what the walk cannot provoke. */
export function faultWalk<World>(
  contract: Contract,
  walk: Walk<World>,
  { world, server }: { readonly world: World; readonly server: BreakableServer },
): WalkInProgress {
  const provocations = walk.unprovoked.map((answer) => provocation(contract, walk, { answer, server }));
  const hooks = new WalkHooks(contract, { ...walk, provocations, unprovoked: [] }, world);
  const answers = new Set(provocations.flatMap(({ operations, status }) => operations.map((id) => nameOf(id, status))));
  const statusOf = ({ origin, request, expected }: Transaction): string => {
    const own = contract.operations.find(
      ({ path, method }) => path === origin.resourceName && method === request.method,
    );
    return nameOf(own?.id ?? '', expected.statusCode);
  };
  return {
    contract,
    unprovoked: [],
    plan: (compiled) => hooks.plan(compiled.filter((transaction) => answers.has(statusOf(transaction)))),
    prepare: async (transaction) => {
      server.breakDown(undefined);
      await hooks.prepare(transaction);
    },
    inspect: (transaction, answer) => hooks.inspect(transaction, answer),
    seen: (ids) => hooks.seen(ids),
    idle: () => [],
  };
}

function provocation<World>(
  contract: Contract,
  walk: Walk<World>,
  { answer, server }: { readonly answer: Unprovoked; readonly server: BreakableServer },
): Provocation<World> & { readonly operations: readonly string[] } {
  const { operation, status, scimType } = answer;
  const error = ERRORS[scimType === undefined ? status : `${status} ${scimType}`];
  if (error === undefined) throw new Error(`no fault brings about ${status} ${scimType ?? ''}`);
  const promised = excusedAnswers([answer], contract.operations);
  return {
    operations: contract.operations
      .map(({ id }) => id)
      .filter((id) => promised.includes(nameOf(id, status, scimType)) && Object.hasOwn(walk.usual, id)),
    status,
    ...(scimType === undefined ? {} : { scimType }),
    by: `a fault, for ${operation}`,
    change: (call) => {
      server.breakDown(error);
      return call;
    },
  };
}
