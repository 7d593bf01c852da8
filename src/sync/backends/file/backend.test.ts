import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrackedLine } from '../../../model/line.js';
import type { MirrorItem, SyncMembership } from '../../../model/mirror.js';
import { newLine, newMirrorItem } from '../../../storage/testing/sync.fixture.js';
import { BackendUnavailable, type FinishedRun } from '../../backend.js';
import { FileBackend } from './backend.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Content {
  readonly accounts?: readonly MirrorItem[];
  readonly groups?: readonly MirrorItem[];
  readonly memberships?: readonly SyncMembership[];
  readonly lines?: readonly TrackedLine[];
}

function finished({ accounts = [], groups = [], memberships = [], lines = [] }: Content, tenantId = 't'): FinishedRun {
  return {
    tenantId,
    runId: 'r',
    mirrored: (type) => each(type === 'User' ? accounts : groups),
    memberships: () => each(memberships),
    appliedLines: () => each(lines),
  };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function allOf<Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

const read = (name: string): Promise<string> => readFile(join(folder, 't', name), 'utf8');
const account = (name: string, attributes: MirrorItem['content']['attributes'], active = true): MirrorItem =>
  newMirrorItem(name, { content: { name, active, attributes } });

describe('the file backend', () => {
  it('accepts every line, and says where none was known before', async () => {
    const backend = new FileBackend(folder);
    const line: TrackedLine = { ...newLine(1), state: 'sent' };
    const deliveries = [{ key: 'p:1', line }];
    expect(await backend.deliver({ tenantId: 't', runId: 'r', atomic: true, deliveries })).toEqual([
      { key: 'p:1', state: 'applied', accountId: 'user1' },
    ]);
    expect(await backend.match()).toEqual(new Map());
    expect(await backend.largestAtomicBatch()).toBe(Infinity);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is known by its folder, wherever the process runs', async () => {
    expect(await new FileBackend('./data/export').identity()).toEqual({
      kind: 'file',
      address: join(process.cwd(), 'data/export'),
    });
  });

  it('lists what it has written, and nothing where it has written nothing', async () => {
    const backend = new FileBackend(folder);
    const lists = () =>
      Promise.all([
        allOf(backend.listResources('t', 'User')),
        allOf(backend.listResources('t', 'Group')),
        allOf(backend.listMemberships('t')),
      ]);
    expect(await lists()).toEqual([[], [], []]);
    const accounts = [account('ann', { displayName: 'Ann', teams: ['a'] }), account('bob', {}, false)];
    const groups = [account('g', { externalId: 'x' })];
    const memberships = [{ groupId: 'g', memberId: 'ann' }];
    await backend.finish(finished({ accounts, groups, memberships }));
    const listed = ({ resourceId, content }: MirrorItem) => ({ scimId: resourceId, content });
    expect(await lists()).toEqual([accounts.map(listed), groups.map(listed), memberships]);
    await writeFile(join(folder, 't', 'groups.ndjson'), '{"scimId":"g"}\n');
    await expect(lists()).rejects.toThrow(BackendUnavailable);
  });

  it('writes accounts with a column for each attribute that any of them has', async () => {
    const accounts = [
      account('ann', { email: 'ann@x', teams: ['a', 'b'] }),
      account('bob, "the" builder', { phone: '+49 1' }, false),
    ];
    await new FileBackend(folder).finish(finished({ accounts }));
    expect(await read('accounts.csv')).toBe(
      '\uFEFFscimId,userName,active,email,phone,teams\n' +
        'ann,ann,true,ann@x,,"[""a"",""b""]"\n' +
        '"bob, ""the"" builder","bob, ""the"" builder",false,,\'+49 1,\n',
    );
    expect(
      (await read('accounts.ndjson'))
        .trimEnd()
        .split('\n')
        .map((text): unknown => JSON.parse(text)),
    ).toEqual([
      { scimId: 'ann', userName: 'ann', active: true, email: 'ann@x', teams: ['a', 'b'] },
      { scimId: 'bob, "the" builder', userName: 'bob, "the" builder', active: false, phone: '+49 1' },
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.example","x")'])(
    'keeps a spreadsheet from taking %j for a formula',
    async (name) => {
      await new FileBackend(folder).finish(
        finished({ accounts: [newMirrorItem('a', { content: { name, active: true, attributes: {} } })] }),
      );
      const [, row = ''] = (await read('accounts.csv')).split(/\n(?=a,)/u);
      expect(row.slice(2).replace(/^"/u, '').startsWith("'")).toBe(true);
    },
  );

  it('writes groups, memberships and what the run changed', async () => {
    const lines: TrackedLine[] = [
      { ...newLine(1, { changes: [{ attribute: 'userName', before: null, after: 'user1' }] }), state: 'applied' },
      {
        ...newLine(2, { subject: 'membership', kind: 'add', resourceId: 'g', name: 'Planning' }),
        memberId: 'user1',
        memberName: 'user1',
        state: 'applied',
      },
    ];
    const memberships = [{ groupId: 'g', memberId: 'user1' }];
    await new FileBackend(folder).finish(finished({ groups: [account('g', {})], memberships, lines }));
    expect(await read('groups.csv')).toBe('\uFEFFscimId,displayName\ng,g\n');
    expect(await read('memberships.csv')).toBe('\uFEFFgroupScimId,memberScimId\ng,user1\n');
    expect(await read('changes/r.csv')).toBe(
      '\uFEFFnumber,subject,change,scimId,name,memberScimId,memberName,before,after\n' +
        '1,account,create,user1,user1,,,{},"{""userName"":""user1""}"\n' +
        '2,membership,add,g,Planning,user1,user1,{},{}\n',
    );
    expect(await read('changes/r.ndjson')).toBe(
      '{"number":1,"subject":"account","change":"create","scimId":"user1","name":"user1","before":{},"after":{"userName":"user1"}}\n' +
        '{"number":2,"subject":"membership","change":"add","scimId":"g","name":"Planning","memberScimId":"user1","memberName":"user1","before":{},"after":{}}\n',
    );
  });

  it('replaces its files as a whole, for nobody but its own user, and leaves nothing of a crash', async () => {
    const backend = new FileBackend(folder);
    await backend.finish(finished({ accounts: [account('ann', {})] }));
    await writeFile(join(folder, 't', 'accounts.csv.0b5f.part'), 'half');
    await backend.finish(finished({ accounts: [account('bob', {})] }));
    expect(await read('accounts.ndjson')).toBe('{"scimId":"bob","userName":"bob","active":true}\n');
    expect((await readdir(join(folder, 't'))).sort()).toEqual([
      'accounts.csv',
      'accounts.ndjson',
      'changes',
      'groups.csv',
      'groups.ndjson',
      'memberships.csv',
      'memberships.ndjson',
    ]);
    expect((await stat(join(folder, 't', 'accounts.csv'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 't'))).mode & 0o777).toBe(0o700);
  });

  it('keeps the old file where the new one cannot be made', async () => {
    const backend = new FileBackend(folder);
    await backend.finish(finished({ accounts: [account('ann', {})] }));
    const broken: FinishedRun = {
      ...finished({}),
      mirrored: () => {
        throw new Error('the database is gone');
      },
    };
    await expect(backend.finish(broken)).rejects.toThrow('the database is gone');
    expect(await read('accounts.ndjson')).toContain('ann');
  });

  it('writes into no folder but its own', async () => {
    await expect(new FileBackend(folder).finish(finished({}, '../t'))).rejects.toThrow('no name of a folder');
  });
});
