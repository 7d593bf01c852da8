import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { bulk, group, idOf, membersOf, post, results, statuses, user } from './testing/bulk.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

/** For each operation in its order, undefined for a user, and for a group the positions of its members. */
type Graph = readonly (readonly number[] | undefined)[];

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 1, max: 10 }).chain((size) => {
  const members = fc.uniqueArray(fc.nat(size - 1), { maxLength: 4 });
  return fc
    .array(fc.option(members, { nil: undefined, freq: 3 }), { minLength: size, maxLength: size })
    .map((graph) => graph.map((targets, index) => targets?.filter((target) => target !== index)));
});

describe.each(storageKinds)('any graph of references on $name (RFC 7644 §3.7.1, §3.7.2)', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let round = 0;

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
  });
  afterAll(() => server.stop());

  function operations(graph: Graph): readonly JsonObject[] {
    round += 1;
    return graph.map((targets, index) => {
      const name = `${round} ${index}`;
      const members = targets?.map((target) => `bulkId:${target}`);
      return post(String(index), members === undefined ? user(name) : group(name, ...members));
    });
  }

  it('is created whole, with the members as asked', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const answer = await tenant.send('POST', '/Bulk', bulk(...operations(graph)));
        expect(statuses(answer)).toEqual(graph.map(() => '201'));
        const ids = results(answer).map(idOf);
        for (const [index, targets] of graph.entries()) {
          if (targets === undefined) continue;
          expect(await membersOf(tenant, ids[index] ?? '')).toEqual(targets.map((target) => ids[target]).sort());
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is created but for one operation that fails, and for those that reach it', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, fc.nat(9), async (graph, number) => {
        const failing = number % graph.length;
        const sent = operations(graph).map((one, index) => (index === failing ? post(String(index), user('')) : one));
        const answer = await tenant.send('POST', '/Bulk', bulk(...sent));
        const pruned = graph.map((targets, index) => (index === failing ? undefined : targets));
        expect(statuses(answer)).toEqual(
          pruned.map((_, index) => (index === failing ? '400' : reaches(pruned, index, failing) ? '409' : '201')),
        );
      }),
      { numRuns: 60 },
    );
  });
});

/** Whether references lead from one operation to another. */
function reaches(graph: Graph, from: number, to: number): boolean {
  const seen = new Set(graph[from]);
  for (const index of seen) for (const next of graph[index] ?? []) seen.add(next);
  return seen.has(to);
}
