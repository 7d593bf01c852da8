import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanLine, TrackedLine } from '../../../model/line.js';
import { newLine } from '../../../storage/testing/sync.fixture.js';
import { HttpBackend } from './backend.js';
import { BackendContract } from './contract.fixture.js';
import { SECRET } from './scripted-backend.fixture.js';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/backend-receiver.mjs', import.meta.url));
const NEVER = new AbortController().signal;

const contract = new BackendContract();
let faults: string[] = [];
let exchanges = 0;
let example: ChildProcess;
let between: Server;
let backend: HttpBackend;

/** The example as a process of its own, and between it and us somebody who holds every exchange to the document. */
beforeAll(async () => {
  example = spawn(process.execPath, [EXAMPLE], {
    env: { BACKEND_SECRET: SECRET, PORT: '0', BACKEND_ID: 'example' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (example.stdout === null) throw new Error('no output');
  const [origin] = (await once(createInterface(example.stdout), 'line')) as [string];
  between = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { method = '', url = '' } = request;
      const headers = Object.entries(request.headers).filter(([name]) => /^(?:webhook-|content-type)/u.test(name));
      const answer = await fetch(origin + url, {
        method,
        headers: Object.fromEntries(headers.map(([a, b]) => [a, String(b)])),
        ...(body === '' ? {} : { body }),
      });
      const answered = await answer.text();
      exchanges += 1;
      faults.push(...contract.faults(`${method} ${url}`, body, answer.status, answered));
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answered);
    });
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  const address = between.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  backend = new HttpBackend({ url, secret: SECRET, timeoutMs: 5_000, attempts: 2, giveUpMs: 1_000 });
});
afterAll(async () => {
  between.closeAllConnections();
  between.close();
  example.kill('SIGKILL');
  await once(example, 'close');
});
beforeEach(() => {
  [faults, exchanges] = [[], 0];
});

async function allOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

let plans = 0;

/** Delivers lines as a plan of their own; returns the outcome of each. */
async function deliver(lines: readonly Partial<PlanLine>[], atomic = false): Promise<readonly string[]> {
  plans += 1;
  return redeliver(plans, lines, atomic);
}

async function redeliver(
  plan: number,
  lines: readonly Partial<PlanLine>[],
  atomic = false,
): Promise<readonly string[]> {
  const deliveries = lines.map((given, index) => ({ key: `plan${plan}:${index + 1}`, line: lineOf(index + 1, given) }));
  const outcomes = await backend.deliver({ tenantId: 't', runId: 'r', atomic, deliveries }, NEVER);
  expect(faults).toEqual([]);
  expect(exchanges).toBeGreaterThan(0);
  return outcomes.map((one) => (one.state === 'applied' ? 'applied' : one.detail));
}

function lineOf(number: number, given: Partial<PlanLine>): TrackedLine {
  const { after, ...line } = newLine(number, given);
  return { ...line, ...(line.kind === 'delete' || after === undefined ? {} : { after }), state: 'sent' };
}

const account = (id: string, name: string, given: Partial<PlanLine> = {}): Partial<PlanLine> => ({
  resourceId: id,
  name,
  after: { name, active: true, attributes: { displayName: `The ${name}`, 'team-ids': ['x'] } },
  changes: [{ attribute: 'userName', before: null, after: name }],
  ...given,
});

const membership = (kind: 'add' | 'remove', groupId: string, memberId: string): Partial<PlanLine> => ({
  subject: 'membership',
  kind,
  resourceId: groupId,
  memberId,
});

/** By its name and by the hash of it: both find the same. */
async function matchesOf(scimId: string, name: string, type: 'User' | 'Group' = 'User') {
  const content = { name, active: true, attributes: {} };
  const question = { type, scimId, content, externalId: 'e', email: `${name}@x` };
  const found = await backend.match('t', [question], 'names');
  expect(await backend.match('t', [question], 'hashes')).toEqual(found);
  expect(faults).toEqual([]);
  return found.get(scimId) ?? [];
}

describe('the example receiver and the http backend, held to openapi/backend.yaml,', () => {
  it('agree on what can be done', async () => {
    expect(await backend.largestAtomicBatch()).toBe(100);
    expect([faults, exchanges]).toEqual([[], 1]);
  });

  it('create, match, update, deactivate and delete accounts and groups, with their members', async () => {
    const group = account('g1', 'Planning', { subject: 'group' });
    expect(await deliver([account('u1', 'mira'), group])).toEqual(['applied', 'applied']);
    expect(await deliver([membership('add', 'g1', 'u1'), membership('add', 'g1', 'nobody')])).toEqual([
      'applied',
      'There is no such group or member.',
    ]);
    const [same] = await matchesOf('u1', 'mira');
    expect(same).toMatchObject({ by: 'scimId', scimId: 'u1' });
    expect(await matchesOf('u9', 'MIRA')).toEqual([{ ...same, by: 'name' }]);
    expect(await matchesOf('g9', 'planning', 'Group')).toMatchObject([{ by: 'name', scimId: 'g1' }]);
    expect(await deliver([account('u1', 'mira', { kind: 'deactivate' }), membership('remove', 'g1', 'u1')])).toEqual([
      'applied',
      'applied',
    ]);
    expect(await deliver([account('u1', 'mira', { kind: 'delete' })])).toEqual(['applied']);
    expect(await matchesOf('u1', 'mira')).toEqual([]);
  });

  it('link an account that was there before', async () => {
    await deliver([account('old', 'otto')]);
    const [match] = await matchesOf('new', 'otto');
    const accountId = match?.accountId ?? '';
    expect(await deliver([account('new', 'otto', { kind: 'link', accountId })])).toEqual(['applied']);
    expect(await matchesOf('new', 'otto')).toEqual([{ accountId, by: 'scimId', scimId: 'new' }]);
  });

  it('let a line take effect once, however often it arrives', async () => {
    await deliver([account('k1', 'kim')]);
    const first = plans;
    await deliver([account('k1', 'kim2', { kind: 'update' })]);
    expect(await redeliver(first, [account('k1', 'kim')])).toEqual(['applied']);
    expect(await matchesOf('other', 'kim2')).toHaveLength(1);
    expect(await matchesOf('other', 'kim')).toHaveLength(0);
  });

  it('take a create of an account that is there already for an update', async () => {
    await deliver([account('c1', 'cleo')]);
    const [before] = await matchesOf('c1', 'cleo');
    await deliver([account('c1', 'cleo2')]);
    expect(await matchesOf('c1', 'cleo2')).toEqual([before]);
  });

  it('let two accounts swap their userNames in an atomic batch only', async () => {
    await deliver([account('s1', 'sam'), account('s2', 'sue')]);
    const swap = [account('s1', 'sue', { kind: 'update' }), account('s2', 'sam', { kind: 'update' })];
    const taken = 'Another account has this userName.';
    expect(await deliver(swap)).toEqual([taken, taken]);
    expect(await deliver([...swap, account('s3', 'sam')], true)).toEqual([taken, taken, taken]);
    expect(await deliver(swap, true)).toEqual(['applied', 'applied']);
    expect(await matchesOf('s1', 'sue')).toMatchObject([{ by: 'scimId' }]);
  });

  it('list what there is under SCIM ids, a page at a time, in the order of ids', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `l${String(index + 1_000)}`);
    for (let at = 0; at < ids.length; at += 90)
      await deliver(ids.slice(at, at + 90).map((id) => account(id, `${id}@x`)));
    await deliver([account('lg', 'Listed', { subject: 'group' })]);
    await deliver([membership('add', 'lg', 'l1000'), membership('add', 'lg', 'l1001')]);
    expect(await backend.canList()).toBe(true);
    const [accounts, groups, members] = [
      (await allOf(backend.listResources('t', 'User'))).filter(({ scimId }) => ids.includes(scimId)),
      await allOf(backend.listResources('t', 'Group')),
      await allOf(backend.listMemberships('t')),
    ];
    expect(accounts.map(({ scimId }) => scimId)).toEqual(ids);
    expect(accounts[0]).toMatchObject({ content: account('l1000', 'l1000@x').after });
    expect(groups.at(-1)).toMatchObject({ scimId: 'lg', content: { name: 'Listed', active: true } });
    expect(members.filter(({ groupId }) => groupId === 'lg')).toEqual([
      { groupId: 'lg', memberId: 'l1000' },
      { groupId: 'lg', memberId: 'l1001' },
    ]);
    expect(faults).toEqual([]);
  });

  it('can do without names before a review', async () => {
    expect(await backend.matchesBy()).toBe('hashes');
  });

  it('say which backend it is', async () => {
    const { port } = between.address() as { port: number };
    expect(await backend.identity()).toEqual({ kind: 'http', address: `http://127.0.0.1:${port}`, id: 'example' });
  });

  it('refuse what is not signed with the secret', async () => {
    const { port } = between.address() as { port: number };
    const stranger = new HttpBackend({
      url: `http://127.0.0.1:${port}`,
      secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      timeoutMs: 5_000,
      attempts: 1,
      giveUpMs: 1_000,
    });
    await expect(stranger.largestAtomicBatch()).rejects.toThrow(
      'The backend answered 401: The signature does not fit.',
    );
    expect(faults).toEqual([]);
  });
});
