import { selectRows, type Database, type Session } from '../sql/connections/database.js';
import type { RanStatement } from '../sql/connections/statements/watch.js';
import { KnexStorage, openDatabase, type StorageOptions } from '../sql/open-storage.js';
import type { StorageKind } from './storage.fixture.js';
import { addTenant } from './storage.fixture.js';

/** A database with its storage, for tests that look at statements. */
export interface OpenDatabase {
  readonly databaseUrl: string;
  readonly database: Database;
  readonly storage: KnexStorage;
  readonly close: () => Promise<void>;
}

export async function openTestDatabase(
  kind: StorageKind,
  options: Partial<StorageOptions> = {},
): Promise<OpenDatabase> {
  const { databaseUrl, drop } = await kind.create();
  const database = await openDatabase({ databaseUrl, queryTimeoutMs: 20_000, ...options });
  const storage = new KnexStorage(database, undefined, options.writeTimeoutMs ?? 20_000);
  await storage.migrate();
  await addTenant(storage, 't');
  const close = async (): Promise<void> => {
    await storage.close({ cut: true });
    await drop();
  };
  return { databaseUrl, database, storage, close };
}

/** Ids begin here, so that they have the same length. */
const FIRST = 1_000_000;

export const seededId = (prefix: 'u' | 'g', index: number): string => `${prefix}${FIRST + index}`;

/** Adds users or groups to tenant `t`, `count` of each, by one statement; every second one has an externalId. */
export async function seed(database: Database, type: 'User' | 'Group', count: number): Promise<void> {
  await database.unit(async (session) => {
    const prefix = type === 'User' ? 'u' : 'g';
    const id = `'${prefix}' || cast(${FIRST} + i as text)`;
    const at = "'2026-01-01T00:00:00.000Z'";
    await selectRows(
      session,
      `${numbers(count)} insert into resources (tenant_id, id, type, version, created, last_modified, user_name, display_name,
         display, external_id, active, document, search)
       select 't', ${id}, '${type}', 1, ${at}, ${at}, ${type === 'User' ? id : 'null'}, ${id}, ${id},
         case when i % 2 = 0 then ${id} end, true, '{"schemas":[]}', ${searchForms(session)} from n`,
      [],
    );
    await selectRows(session, 'insert into resource_counts (tenant_id, type, count) values (?, ?, ?)', [
      't',
      type,
      count,
    ]);
    await selectRows(
      session,
      `${numbers(count)} insert into attribute_values (tenant_id, type, attribute, value, resource_id)
       select 't', '${type}', 'emails.value', ${id}, ${id} from n where '${type}' = 'User'`,
      [],
    );
  });
}

/** Makes the first users members of a group, by one statement. */
export async function seedMembers(database: Database, groupId: string, count: number): Promise<void> {
  await database.unit((session) =>
    selectRows(
      session,
      `insert into memberships (tenant_id, group_id, member_id, member_type, display)
       select tenant_id, ?, id, type, display from resources where tenant_id = 't' and type = 'User' order by id limit ?`,
      [groupId, count],
    ),
  );
}

/** Gives PostgreSQL's planner what autovacuum gives it in operation. */
export async function analyze(database: Database): Promise<void> {
  if (database.dialect === 'postgres') await database.scan('', ({ knex }) => knex.raw('vacuum analyze'));
}

/** A statement as it was sent, and how many rows it returned. */
export type Statement = RanStatement;

/** Notes the statements of a database from now on that read or write rows. */
export function noteStatements(database: Database): Statement[] {
  return noteThose(database, /^\s*(?:select|with|insert|update|delete)\b/iu);
}

/** Notes the reads of a database from now on. */
export function noteReads(database: Database): Statement[] {
  return noteThose(database, /^\s*(?:select|with)\b/iu);
}

function noteThose({ watch }: Database, kind: RegExp): Statement[] {
  const statements: Statement[] = [];
  watch.add((statement) => {
    if (kind.test(statement.sql)) statements.push(statement);
  });
  return statements;
}

/** What the database's plan of a statement says, line by line. */
export async function explain(database: Database, { sql, bindings }: Statement): Promise<readonly string[]> {
  const explained = database.dialect === 'sqlite' ? 'explain query plan ' : 'explain ';
  // The bindings of PostgreSQL have their places already.
  const rows = await database.lookup((session) =>
    selectRows<Record<string, string>>(session, explained + sql.replaceAll(/\$\d+/g, '?'), bindings),
  );
  return rows.map((row) => row['detail'] ?? row['QUERY PLAN'] ?? '');
}

function numbers(count: number): string {
  return `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})`;
}

function searchForms({ dialect }: Session): string {
  return `${dialect === 'sqlite' ? 'json_object' : 'jsonb_build_object'}('title', 'title ' || cast(i as text))`;
}
