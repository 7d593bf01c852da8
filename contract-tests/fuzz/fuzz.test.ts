import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { Contract } from '../document/contract.js';
import { Requests } from '../document/requests.js';
import { startAlteringProxy, type Alteration } from '../server/altering-proxy.js';
import { Operator } from '../server/operator.js';
import { startServer, type RunningServer } from '../server/start-server.js';
import { FAULTY_SERVERS } from './planted-faults.js';
import { findFault, type FoundFault } from './property.js';
import { fuzzSettings } from './settings.js';
import { adminSubject, scimSubject, type Subject } from './subject.js';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const scim = new Requests(Contract.read(read('../../openapi/scim.yaml')));
const admin = new Requests(Contract.read(read('../../openapi/admin.yaml')));

let server: RunningServer;
let operator: Operator;

beforeAll(async () => {
  server = await startServer();
  operator = new Operator(server.origin, server.adminToken);
  return () => server.stop();
});

describe('whatever a document allows is done as it says, and whatever it forbids is refused and changes nothing', () => {
  const subjects: readonly [string, () => Subject, number][] = [
    ['scim.yaml', () => scimSubject(scim, operator), 40],
    ['admin.yaml', () => adminSubject(admin, operator), 20],
  ];

  test.for(subjects)('openapi/%s', { timeout: 24 * 3_600_000 }, async ([name, subject, usual], { task }) => {
    const settings = fuzzSettings(usual);
    const found = await findFault(subject(), server.origin, settings);
    const ran = `${settings.runs} histories from the seed ${settings.seed}`;
    const faults = found === undefined ? [] : [found.report];
    task.meta.findings = [{ kind: 'property', name: `openapi/${name} is kept, whatever is asked`, ran, faults }];
    if (found !== undefined) expect.fail(found.report);
  });
});

describe('the property turns red for a server that', () => {
  /** The cases are always the same here: whether the checks can fail is no matter of luck. */
  const SETTINGS = { runs: 60, seed: 1 };

  async function foundBehind(alter: Alteration, shrink: boolean): Promise<FoundFault | undefined> {
    const proxy = await startAlteringProxy(server.origin, alter);
    try {
      return await findFault(scimSubject(scim, operator), proxy.origin, SETTINGS, shrink);
    } finally {
      await proxy.close();
    }
  }

  test.each(FAULTY_SERVERS)('$does', async ({ check, alteration }) => {
    const found = await foundBehind(alteration(), false);
    expect(found?.check, found?.report).toBe(check);
  });

  test('fails, and says in a few requests how to see it again', async () => {
    const [fails] = FAULTY_SERVERS;
    const found = await foundBehind(fails?.alteration() ?? ((_, answer) => answer), true);
    expect(found?.report.match(/^ {2}(?:allowed|forbidden)/gmu)).toHaveLength(1);
    expect(found?.report).toContain('FUZZ_SEED=1 make fuzz');
  });
});
