import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitPageSizes } from '../../page-size.js';
import { TokenProof } from '../../../model/token.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { USER } from '../../../protocol/schemas/resource-types.js';
import { StaleProof } from '../../stale-proof.js';
import type { DirectoryReader, DirectoryWriter } from '../../storage.js';
import { CHANGED, CREATED, newUser, userContent } from '../../testing/resources.fixture.js';
import {
  analyze,
  explain,
  noteReads,
  noteStatements,
  openTestDatabase,
  seed,
  seededId,
  seedMembers,
  type OpenDatabase,
  type Statement,
} from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { selectRows, type Session } from '../connections/database.js';
import { judge } from '../query/plan-of-statement.js';
import { holdSchemas } from '../tenants/schemas.js';
import { KnexDirectoryWriter } from './writer.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const COUNT = 20_000;
const group = seededId('g', 1);
const user = (index: number): string => seededId('u', index);
const mails = (value: string) => ({ emails: [{ value }] });

/** A unit of work, and how it begins. */
const UNITS: readonly [string, (directory: DirectoryWriter) => Promise<unknown>][] = [
  ['a create', (directory) => directory.insert(newUser('new', mails('new@a'), 'new'))],
  [
    'a replacement',
    async (directory) => {
      await directory.findForUpdate('User', user(5));
      await directory.update('User', user(5), CHANGED, userContent('five', mails('five@a')));
    },
  ],
  [
    'a PATCH that changes an email',
    async (directory) => {
      await directory.findForUpdate('User', user(6));
      await directory.update('User', user(6), CHANGED, userContent(user(6), mails('six@a')));
    },
  ],
  [
    'a new member',
    async (directory) => {
      await directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [user(6000)], remove: [] }]);
      await directory.touch('Group', group, CHANGED);
    },
  ],
  [
    'a PATCH that removes two emails and adds two',
    async (directory) => {
      const two = (one: string, other: string) => ({ emails: [{ value: one }, { value: other }] });
      await directory.update('User', user(9), CHANGED, userContent(user(9), two('nine@a', 'nine@b')));
      await directory.update('User', user(9), CHANGED, userContent(user(9), two('nine@c', 'nine@d')));
    },
  ],
  [
    'several new members',
    (directory) =>
      directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [user(6001), user(6002)], remove: [] }]),
  ],
  [
    'a member less',
    (directory) => directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [], remove: [user(7)] }]),
  ],
  ['a deletion', (directory) => directory.remove('User', user(8), CHANGED)],
];

/** Tenants with a token each. */
async function seedTenants(session: Session, count: number): Promise<void> {
  const numbers = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`;
  const id = "'tenant' || cast(i as text)";
  await selectRows(
    session,
    `${numbers} insert into tenants (id, name, enabled, settings, created, last_modified)
     select ${id}, ${id}, true, '{}', '', '' from n`,
    [],
  );
  await selectRows(
    session,
    `${numbers} insert into tokens (id, tenant_id, hash, label, created) select ${id}, ${id}, ${id}, '', '' from n`,
    [],
  );
}

describe.each(storageKinds)('no table is read from end to end, and nothing sorted, on $name', (kind) => {
  let test: OpenDatabase;
  let reads: Statement[];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seed(test.database, 'User', COUNT);
    await seed(test.database, 'Group', 1000);
    for (const index of [1, 2, 3]) await seedMembers(test.database, seededId('g', index), 5000);
    await test.database.unit((session) => seedTenants(session, 2000));
    const ofTests = { tenantId: 't', label: '', created: CREATED, expiresAt: undefined, lastUsed: undefined };
    await test.storage.tenants.insertToken({ ...ofTests, id: 't-token', revokedAt: undefined }, 't-hash');
    await analyze(test.database);
    reads = noteReads(test.database);
  }, 120_000);
  afterAll(() => test.close());

  async function expectLookUps(statements: readonly Statement[]): Promise<void> {
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements.filter(({ sql }) => /^\s*(?:select|insert|update|delete|with)/iu.test(sql))) {
      const plan = await explain(test.database, statement);
      const said = `${statement.sql}\n${plan.join('\n')}`;
      expect(judge(kind.name === 'SQLite' ? 'sqlite' : 'postgres', plan).lasting, said).toBe(true);
      expect(said).not.toContain('TEMP B-TREE');
      expect(statement.sql).not.toMatch(/limit\s+[?$]/iu);
    }
  }

  it.each(UNITS)('by %s', async (_name, work) => {
    const undo = new Error('undone');
    let statements: readonly Statement[] = [];
    const unit = test.database.unit(async (session) => {
      const noted = noteStatements(test.database);
      await holdSchemas(session, 't', 0);
      await work(new KnexDirectoryWriter({ tenantId: 't' }, session));
      statements = noted;
      throw undo;
    });
    await expect(unit).rejects.toBe(undo);
    await expectLookUps(statements);
  });

  it('by a read of a user with its groups, and by authentication', async () => {
    reads.length = 0;
    const directory = test.storage.directory('t');
    await directory.find('User', user(9));
    await directory.groupsOf([user(9)]);
    await directory.displayNames([user(10)]);
    await test.storage.tenants.findByHash('hash');
    await expectLookUps([...reads]);
  });

  /** A remembered token of tenant `t`, as a request has it. */
  async function remembered(): Promise<TokenProof> {
    await test.storage.tenants.findByHash('t-hash');
    const { token, stamp } = (await test.storage.tenants.recall('t-hash')) ?? {};
    return new TokenProof(token?.id ?? '', stamp ?? '', () => undefined);
  }

  const asked = (filter: string) => ({ filter: parseFilter(filter, USER), offset: 0, limit: 100, withGroups: true });
  const proving: readonly [string, (directory: DirectoryReader) => Promise<unknown>][] = [
    ['a user with its groups', (directory) => directory.find('User', user(9), true)],
    ['a user who is not there', (directory) => directory.find('User', 'nobody', true)],
    ['a group', (directory) => directory.find('Group', group)],
    ...['userName', 'externalId', 'displayName', 'id'].flatMap((name) =>
      [user(10), 'nobody'].map((value): (typeof proving)[number] => [
        `${name} eq "${value}"`,
        (directory) => directory.list({ type: 'User', ...asked(`${name} eq "${value}"`) }),
      ]),
    ),
  ];

  it.each(proving)('by one statement, which proves the token as well, for %s', async (_name, read) => {
    const proof = await remembered();
    reads.length = 0;
    await read(test.storage.directory('t', proof));
    const statements = [...reads];
    expect(statements).toHaveLength(1);
    expect(proof.isProven).toBe(true);
    await expectLookUps(statements);
  });

  const writes: readonly [string, number, (directory: DirectoryWriter) => Promise<unknown>][] = [
    ['a create', 3, (directory) => directory.insert(newUser('new', mails('new@a'), 'new'))],
    [
      'a PATCH',
      2,
      async (directory) => {
        await directory.findForUpdate('User', user(6));
        const content = userContent(user(6), { ...mails(user(6)), displayName: user(6) });
        await directory.update('User', user(6), CHANGED, content);
      },
    ],
    [
      'a new member',
      3,
      async (directory) => {
        await directory.findForUpdate('Group', group);
        await directory.changeMembers(group, [{ kind: 'delta', clear: false, add: [user(6000)], remove: [] }]);
        await directory.touch('Group', group, CHANGED);
      },
    ],
  ];

  it.each(writes)(
    'by %s, which proves the token on the way, in %i statements on SQLite',
    async (_name, count, work) => {
      const proof = await remembered();
      const ran = noteStatements(test.database);
      await test.storage.write('t', work, 0, proof);
      const statements = [...ran];
      if (kind.name === 'SQLite') expect(statements.map(({ sql }) => sql)).toHaveLength(count);
      expect(proof.isProven).toBe(true);
      await expectLookUps(statements);
    },
  );

  it('and nothing is read or written once the token is revoked', async () => {
    const proof = await remembered();
    await test.storage.tenants.revokeToken('t', proof.tokenId, CHANGED);
    const directory = test.storage.directory('t', proof);
    await expect(directory.find('User', user(9))).rejects.toBeInstanceOf(StaleProof);
    await expect(directory.list({ type: 'User', offset: 0, limit: 1 })).rejects.toBeInstanceOf(StaleProof);
    await expect(directory.groupsOf([user(9)])).rejects.toBeInstanceOf(StaleProof);
    const late = test.storage.write('t', (writer) => writer.insert(newUser('late')), 0, proof);
    await expect(late).rejects.toBeInstanceOf(StaleProof);
    expect(await test.storage.directory('t').find('User', 'late')).toBeUndefined();
    expect(proof.isProven).toBe(false);
  });
});
