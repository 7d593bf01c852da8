import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Contract } from '../document/contract.js';
import { dropCharset, expectedOf, unpromised } from './promise.js';
import { runDredd } from './run-dredd.js';
import type { Hooks } from './transaction.js';

const DOCUMENT = `
openapi: 3.0.3
info: { title: Lamp, version: 1.0.0 }
paths:
  /lamp:
    get:
      operationId: getLamp
      responses:
        '200':
          description: The lamp.
          headers: { ETag: { required: true, schema: { type: string } } }
          content: { application/scim+json: { schema: { $ref: '#/components/schemas/Lamp' } } }
    delete:
      operationId: deleteLamp
      responses: { '204': { description: Gone. } }
components:
  schemas:
    Lamp:
      type: object
      required: [id]
      properties:
        id: { type: string, format: uuid }
        lit: { type: boolean }
        room: { type: string, nullable: true }
`;

const contract = Contract.read(DOCUMENT);
const LAMP = { id: '0198c5a2-7d1e-7c3a-9f2b-6a1d0e5b7c44', lit: true, room: null };

interface Given {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const GOOD: Given = {
  status: 200,
  headers: { etag: 'W/"1"', 'content-type': 'application/scim+json; charset=utf-8' },
  body: JSON.stringify(LAMP),
};

const lamp = (body: object): Given => ({ ...GOOD, body: JSON.stringify(body) });

/** Holds answers to the document and does nothing else. */
class PlainHooks implements Hooks {
  plan: Hooks['plan'] = (compiled) => compiled.filter(({ request }) => request.method === this.method);
  prepare: Hooks['prepare'] = () => undefined;

  constructor(readonly method: string) {}

  inspect: Hooks['inspect'] = (transaction, answer) => {
    const promise = contract.find(this.method, '/lamp')?.answers.get(transaction.expected.statusCode);
    if (promise === undefined) throw new Error('the lamp has no such answer');
    transaction.expected = expectedOf(promise);
    dropCharset(answer);
    return unpromised(promise, answer);
  };
}

let server: Server;
let endpoint: string;
let given: Given;
let folder: string;

beforeAll(async () => {
  server = createServer((_, response) => response.writeHead(given.status, given.headers).end(given.body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-hooks-'));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
afterEach(() => {
  given = GOOD;
});

const run = (hooks: Hooks = new PlainHooks('GET'), hookFile?: string) =>
  runDredd({ endpoint, document: DOCUMENT, hooks, ...(hookFile === undefined ? {} : { hookFile }) });

describe('Dredd with the schema of the answer', () => {
  const wrong: readonly [string, Given][] = [
    ['lacks a required member', lamp({ lit: true })],
    ['has a member of the wrong type', lamp({ ...LAMP, lit: 'True' })],
    ['has a text that is not of its format', lamp({ ...LAMP, id: '7' })],
    ['has null where null is not allowed', lamp({ ...LAMP, lit: null })],
    ['is not JSON', { ...GOOD, body: '<html>' }],
    ['has no body', { ...GOOD, body: '' }],
    ['has another status', { ...GOOD, status: 201 }],
    ['has another content type', { ...GOOD, headers: { ...GOOD.headers, 'content-type': 'application/json' } }],
    [
      'has another charset',
      { ...GOOD, headers: { ...GOOD.headers, 'content-type': 'application/scim+json; charset=x' } },
    ],
    ['lacks a required header', { ...GOOD, headers: { 'content-type': 'application/scim+json' } }],
  ];

  test('passes the right answer', async () => {
    given = GOOD;
    const outcome = await run();
    expect(Object.fromEntries(outcome.faults)).toEqual({});
    expect(outcome).toMatchObject({ tests: 1, passes: 1 });
  });

  test.each(wrong)('fails an answer that %s', async (_, answer) => {
    given = answer;
    const outcome = await run();
    expect(outcome).toMatchObject({ tests: 1, passes: 0, failures: 1 });
    expect([...outcome.faults.values()]).toEqual([expect.stringMatching(/\w/)]);
  });

  test('fails a body where there must be none', async () => {
    given = { status: 200, headers: GOOD.headers, body: '{}' };
    expect(await run(new PlainHooks('DELETE'))).toMatchObject({ passes: 0, failures: 1 });
  });
});

describe('a run', () => {
  test('is an error when the hooks cannot be loaded', async () => {
    const hookFile = join(folder, 'broken.cjs');
    await writeFile(hookFile, 'throw new Error("broken");');
    await expect(run(new PlainHooks('GET'), hookFile)).rejects.toThrow('did not load the hooks');
  });

  test('is an error when nothing was run', async () => {
    await expect(run(new PlainHooks('PUT'))).rejects.toThrow('ran nothing');
  });

  test('is an error when something was skipped', async () => {
    const hooks = new PlainHooks('GET');
    hooks.plan = (compiled) => compiled.map((transaction) => ({ ...transaction, skip: true }));
    await expect(run(hooks)).rejects.toThrow('skipped 2');
  });

  test.each(['prepare', 'inspect'] as const)(
    'fails the transaction whose %s throws, with the message',
    async (hook) => {
      given = GOOD;
      const hooks = new PlainHooks('GET');
      hooks[hook] = () => {
        throw new Error('the bulb is broken');
      };
      const outcome = await run(hooks);
      expect(outcome).toMatchObject({ passes: 0, failures: 1 });
      expect([...outcome.faults.values()].join()).toContain('the bulb is broken');
    },
  );

  test('tells our faults and those that Dredd finds in one answer', async () => {
    given = { ...GOOD, status: 201 };
    const hooks = new PlainHooks('GET');
    hooks.inspect = () => ['the bulb is broken'];
    const faults = [...(await run(hooks)).faults.values()].join();
    expect(faults).toContain('the bulb is broken');
    expect(faults).toContain('200');
  });
});
