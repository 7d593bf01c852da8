import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { compiledProgram } from '../../../testing/compiled-program.js';
import { openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { selectRows } from './database.js';

const WRITER = await compiledProgram('src/storage/sql/connections/crash.fixture.ts');

/** Kills a process that writes when it has been acknowledged so many units of work; returns all that were. */
async function killWhileWriting(databaseUrl: string, acknowledgements: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [WRITER, databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'close');
  let text = '';
  writer.stdout.on('data', (data: Buffer) => {
    text += data.toString();
    if (text.split('\n').length > acknowledgements) writer.kill('SIGKILL');
  });
  await exited;
  return text.split('\n').slice(0, -1);
}

describe.each(storageKinds)('a process that is killed while it writes on $name', (kind) => {
  const numberOf = async ({ database }: OpenDatabase, sql: string): Promise<number> => {
    const [row] = await database.lookup((session) => selectRows<{ n: number | string }>(session, sql, []));
    return Number(row?.n);
  };

  it('loses nothing that was acknowledged and leaves no part of a unit of work', async () => {
    const test = await openTestDatabase(kind);
    for (const acknowledgements of [5, 60]) {
      await test.database.unit(({ knex }) => knex('memberships').del());
      await test.database.unit(({ knex }) => knex('resources').del());
      await test.database.unit(({ knex }) => knex('resource_counts').del());
      const acknowledged = await killWhileWriting(test.databaseUrl, acknowledgements);
      expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgements);
      const groups = await test.storage.directory('t').groupsOf(acknowledged.map((name) => `u${name}`));
      expect([...groups.values()].filter((list) => list.length !== 1)).toEqual([]);
      const users = await numberOf(test, "select count(*) as n from resources where type = 'User'");
      expect(users).toBeGreaterThanOrEqual(acknowledged.length);
      expect(await numberOf(test, "select count(*) as n from resources where type = 'Group'")).toBe(users);
      expect(await numberOf(test, 'select count(*) as n from memberships')).toBe(users);
      expect(await numberOf(test, 'select count(*) as n from attribute_values')).toBe(2 * users);
      expect(await numberOf(test, "select count as n from resource_counts where type = 'User'")).toBe(users);
    }
    await test.close();
  });
});
