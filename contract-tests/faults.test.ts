import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Contract } from './document/contract.js';
import { runDredd } from './dredd/run-dredd.js';
import { startBreakableServer, type BreakableServer } from './server/breakable-server.js';
import { Operator } from './server/operator.js';
import { adminWalk } from './walk/admin-walk.js';
import { faultWalk } from './walk/fault-walk.js';
import { excusedAnswers, type Unprovoked } from './walk/provocation.js';
import { scimWalk } from './walk/scim-walk.js';
import { ScimWorld } from './walk/scim-world.js';
import type { WalkInProgress } from './walk/walk-hooks.js';

const document = (name: string): Contract =>
  Contract.read(readFileSync(fileURLToPath(new URL(`../openapi/${name}.yaml`, import.meta.url)), 'utf8'));

const scim = document('scim');
const admin = document('admin');

let server: BreakableServer;
let operator: Operator;

beforeAll(async () => {
  server = await startBreakableServer();
  operator = new Operator(server.origin, server.adminToken);
  return () => server.stop();
});

/** What the usual requests of a walk can be sent to, answers that no request provokes. */
const unprovokedOf = (contract: Contract, unprovoked: readonly Unprovoked[], usual: object): readonly string[] =>
  excusedAnswers(
    unprovoked,
    contract.operations.filter(({ id }) => Object.hasOwn(usual, id)),
  );

async function expectEach(hooks: WalkInProgress, unprovoked: readonly string[]): Promise<void> {
  const outcome = await runDredd({ endpoint: server.origin, document: hooks.contract.text, hooks });
  expect(Object.fromEntries(outcome.faults)).toEqual({});
  const seen = hooks.seen(outcome.passed);
  expect(unprovoked.length).toBeGreaterThan(20);
  expect(unprovoked.filter((answer) => !seen.has(answer))).toEqual([]);
}

describe('each answer that no request can provoke comes as documented when something fails', () => {
  test('in openapi/scim.yaml', async () => {
    const world = await ScimWorld.create(operator);
    await expectEach(
      faultWalk(scim, scimWalk, { world, server }),
      unprovokedOf(scim, scimWalk.unprovoked, scimWalk.usual),
    );
  });

  test('in openapi/admin.yaml', async () => {
    await expectEach(
      faultWalk(admin, adminWalk, { world: operator, server }),
      unprovokedOf(admin, adminWalk.unprovoked, adminWalk.usual),
    );
  });
});
