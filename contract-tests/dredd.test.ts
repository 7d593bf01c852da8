import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { operationFindings, scenarioFindings } from './conformance/finding.js';
import { Contract } from './document/contract.js';
import { runDredd, type Outcome } from './dredd/run-dredd.js';
import { ADMIN_FAULTS, planting, REPLAY_FAULTS, SCIM_FAULTS, type PlantedFault } from './planted-faults.js';
import { readSourcedRecording } from '../tools/entra-client/recording/read-recording.js';
import { startReceiver } from '../src/sync/testing/receiver.fixture.js';
import { ReplayHooks } from './replay/replay-hooks.js';
import { tenantTokens } from './replay/tenant-tokens.js';
import { Operator } from './server/operator.js';
import { startAlteringProxy } from './server/altering-proxy.js';
import { startServer, type RunningServer } from './server/start-server.js';
import { adminWalk } from './walk/admin-walk.js';
import { documentedAnswers, excusedAnswers } from './walk/provocation.js';
import { scimWalk } from './walk/scim-walk.js';
import { ScimWorld } from './walk/scim-world.js';
import { WalkHooks, type WalkInProgress } from './walk/walk-hooks.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const scim = Contract.read(read('../openapi/scim.yaml'));
const admin = Contract.read(read('../openapi/admin.yaml'));
const exchanges = readSourcedRecording(fileURLToPath(new URL('recordings', import.meta.url)));

let server: RunningServer;
let operator: Operator;

beforeAll(async () => {
  // verifySyncMirror compares the mirror with what the backend lists
  const receiver = await startReceiver({ listing: true });
  server = await startServer(receiver.environment);
  operator = new Operator(server.origin, server.adminToken);
  return async () => {
    await server.stop();
    await receiver.close();
  };
});

/** Replays all recordings to the server, or to a proxy in front of it. */
async function replay(origin: string): Promise<Outcome> {
  const tokenFor = await tenantTokens(exchanges, async (settings) => {
    const { tenantId, token } = await operator.createTenant(`replay ${randomUUID()}`);
    await operator.changeSettings(tenantId, { groupReplaceAdds: settings['group-replace-adds'] === 'true' });
    return token;
  });
  const target = { basePath: '/scim', base: `${origin}/scim`, tokenFor, run: randomUUID().slice(0, 8) };
  return runDredd({ endpoint: origin, document: scim.text, hooks: new ReplayHooks(scim, exchanges, target) });
}

const walkScim = async (): Promise<WalkInProgress> => new WalkHooks(scim, scimWalk, await ScimWorld.create(operator));

const walkAdmin = (): Promise<WalkInProgress> => Promise.resolve(new WalkHooks(admin, adminWalk, operator));

const run = (origin: string, hooks: WalkInProgress): Promise<Outcome> =>
  runDredd({ endpoint: origin, document: hooks.contract.text, hooks });

const WALKS: readonly [string, () => Promise<WalkInProgress>][] = [
  ['openapi/scim.yaml', walkScim],
  ['openapi/admin.yaml', walkAdmin],
];

describe('Dredd', () => {
  test('replays every recorded exchange and gets the recorded answer, as the document describes it', async ({
    task,
  }) => {
    const outcome = await replay(server.origin);
    task.meta.findings = scenarioFindings(exchanges, outcome);
    expect(Object.fromEntries(outcome.faults)).toEqual({});
    expect(outcome).toMatchObject({ tests: 279, passes: 279, failures: 0, errors: 0, skipped: 0 });
  });

  test.for(WALKS)(
    'walks every operation and status of %s that a request can provoke',
    async ([name, walk], { task }) => {
      const hooks = await walk();
      const outcome = await run(server.origin, hooks);
      task.meta.findings = operationFindings(name, hooks.contract, outcome);
      expect(Object.fromEntries(outcome.faults)).toEqual({});
      expect(outcome).toMatchObject({ passes: outcome.tests, failures: 0, errors: 0, skipped: 0 });
      expect(hooks.idle()).toEqual([]);

      const { operations } = hooks.contract;
      const seen = hooks.seen(outcome.passed);
      const excused = excusedAnswers(hooks.unprovoked, operations);
      const documented = documentedAnswers(operations);
      expect(excused.filter((answer) => seen.has(answer) || !documented.includes(answer))).toEqual([]);
      expect(documented.filter((answer) => !seen.has(answer) && !excused.includes(answer))).toEqual([]);
    },
  );
});

describe('Dredd turns red for each wrong answer, and for nothing else', () => {
  const runs: readonly [string, readonly PlantedFault[], (origin: string) => Promise<Outcome>][] = [
    ['replay', REPLAY_FAULTS, replay],
    ['walk over openapi/scim.yaml', SCIM_FAULTS, async (origin) => run(origin, await walkScim())],
    ['walk over openapi/admin.yaml', ADMIN_FAULTS, async (origin) => run(origin, await walkAdmin())],
  ];

  test.each(runs)('in the %s', async (_, planted, play) => {
    const proxy = await startAlteringProxy(server.origin, planting(planted));
    try {
      const outcome = await play(proxy.origin);
      expect([...outcome.faults.keys()].sort()).toEqual(planted.map(({ in: id }) => id).sort());
      expect(outcome.failures).toBe(planted.length);
    } finally {
      await proxy.close();
    }
  });
});
