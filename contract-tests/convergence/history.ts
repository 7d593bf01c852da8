import fc from 'fast-check';
import { FAULTS, type Fault } from '../../tools/entra-client/simulator/wire/faults.js';

/** A fault that the so-many-th request of a step meets. */
export interface PlannedFault {
  readonly at: number;
  readonly fault: Fault;
}

/**
 * One thing that happens. Users and groups are named by numbers, which count those that there are, so that a history stays
 * one whatever is left out of it.
 */
export type Step =
  | { readonly do: 'hire'; readonly name: number; readonly capital: boolean; readonly assigned: boolean }
  | { readonly do: 'hire a successor'; readonly user: number; readonly capital: boolean }
  | { readonly do: 'set'; readonly user: number; readonly attribute: number; readonly value: number }
  | { readonly do: 'rename'; readonly user: number; readonly name: number; readonly capital: boolean }
  | { readonly do: 'swap names'; readonly user: number; readonly other: number }
  | { readonly do: 'manage'; readonly user: number; readonly manager: number | undefined }
  | { readonly do: 'assign or unassign'; readonly user: number }
  | { readonly do: 'block or unblock'; readonly user: number }
  | { readonly do: 'delete'; readonly user: number }
  | { readonly do: 'restore'; readonly user: number }
  | { readonly do: 'purge'; readonly user: number }
  | { readonly do: 'found'; readonly name: number; readonly assigned: boolean }
  | { readonly do: 'rename group'; readonly group: number; readonly name: number }
  | { readonly do: 'assign or unassign group'; readonly group: number }
  | { readonly do: 'delete group'; readonly group: number }
  | { readonly do: 'join'; readonly group: number; readonly user: number }
  | { readonly do: 'leave'; readonly group: number; readonly user: number }
  | { readonly do: 'nest'; readonly group: number; readonly inner: number }
  | { readonly do: 'cycle'; readonly faults: readonly PlannedFault[] }
  | { readonly do: 'on demand'; readonly user: number; readonly faults: readonly PlannedFault[] }
  | { readonly do: 'restart' }
  | { readonly do: 'restart without ids' };

/** How provisioning is set up, what happens, and how it is restarted in the end. */
export interface History {
  readonly dialect: 'legacy' | 'flag';
  readonly matching: readonly string[];
  readonly steps: readonly Step[];
  readonly forgetIds: boolean;
}

const number = fc.nat({ max: 11 });
const name = fc.nat({ max: 3 });
const capital = fc.boolean();
const user = number;
const group = number;
const plannedFaults = fc.array(fc.record({ at: fc.nat({ max: 15 }), fault: fc.constantFrom(...FAULTS) }), {
  maxLength: 4,
  size: 'max',
});
const step = <Kind extends Step['do']>(kind: Kind) => fc.constant<Kind>(kind);

const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: step('hire'), name, capital, assigned: fc.boolean() }), weight: 6 },
  { arbitrary: fc.record({ do: step('hire a successor'), user, capital }), weight: 2 },
  { arbitrary: fc.record({ do: step('set'), user, attribute: number, value: fc.nat({ max: 3 }) }), weight: 6 },
  { arbitrary: fc.record({ do: step('rename'), user, name, capital }), weight: 3 },
  { arbitrary: fc.record({ do: step('swap names'), user, other: number }), weight: 1 },
  { arbitrary: fc.record({ do: step('manage'), user, manager: fc.option(number, { nil: undefined }) }), weight: 3 },
  { arbitrary: fc.record({ do: step('assign or unassign'), user }), weight: 2 },
  { arbitrary: fc.record({ do: step('block or unblock'), user }), weight: 2 },
  { arbitrary: fc.record({ do: step('delete'), user }), weight: 2 },
  { arbitrary: fc.record({ do: step('restore'), user }), weight: 1 },
  { arbitrary: fc.record({ do: step('purge'), user }), weight: 3 },
  { arbitrary: fc.record({ do: step('found'), name, assigned: fc.boolean() }), weight: 2 },
  { arbitrary: fc.record({ do: step('rename group'), group, name }), weight: 2 },
  { arbitrary: fc.record({ do: step('assign or unassign group'), group }), weight: 1 },
  { arbitrary: fc.record({ do: step('delete group'), group }), weight: 1 },
  { arbitrary: fc.record({ do: step('join'), group, user }), weight: 5 },
  { arbitrary: fc.record({ do: step('leave'), group, user }), weight: 3 },
  { arbitrary: fc.record({ do: step('nest'), group, inner: number }), weight: 1 },
  { arbitrary: fc.record({ do: step('cycle'), faults: plannedFaults }), weight: 8 },
  { arbitrary: fc.record({ do: step('on demand'), user, faults: plannedFaults }), weight: 1 },
  { arbitrary: fc.record({ do: step('restart') }), weight: 1 },
  { arbitrary: fc.record({ do: step('restart without ids') }), weight: 1 },
);

/** Histories that begin with some people and a group, who may be left out when a history is made shorter. */
export function histories(dialect?: History['dialect']): fc.Arbitrary<History> {
  const yes = fc.constant(true);
  const people = fc.array(fc.record({ do: step('hire'), name, capital, assigned: yes }), {
    minLength: 2,
    maxLength: 3,
  });
  const groups = fc.array(fc.record({ do: step('found'), name, assigned: yes }), { minLength: 1, maxLength: 2 });
  const members = fc.array(fc.record({ do: step('join'), group, user }), { minLength: 1, maxLength: 4 });
  const later = fc.array(arbitraryStep, { maxLength: 24, size: 'max' });
  return fc.record({
    dialect: dialect === undefined ? fc.constantFrom('legacy', 'flag') : fc.constant(dialect),
    matching: fc.constantFrom<readonly string[]>(['userName'], ['userName'], ['externalId', 'userName']),
    steps: fc.tuple(people, groups, members, later).map((parts): readonly Step[] => parts.flat()),
    forgetIds: fc.boolean(),
  });
}
