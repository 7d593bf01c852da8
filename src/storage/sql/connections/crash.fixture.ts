import { openStorage } from '../open-storage.js';

/**
 * Writes to tenant `t` until it is killed: users, each with its group, in units of work that run at the same time.
 * Each unit of work is named on standard output, a line each, when it is acknowledged.
 */
async function writeForEver(databaseUrl: string): Promise<void> {
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 5000 });
  const write = async (name: string): Promise<void> => {
    const at = '2026-01-01T00:00:00.000Z';
    const document = JSON.stringify({ schemas: [], displayName: name });
    const common = {
      document,
      search: {},
      displayName: name,
      matchingValues: [{ attribute: 'emails.value', value: name }],
    };
    await storage.write('t', async (directory) => {
      await directory.insert({ id: `u${name}`, type: 'User', at, content: { ...common, userName: name } });
      await directory.insert({ id: `g${name}`, type: 'Group', at, content: common });
      await directory.changeMembers(`g${name}`, [{ kind: 'delta', clear: false, add: [`u${name}`], remove: [] }]);
    });
    process.stdout.write(`${name}\n`);
  };
  for (let round = 0; ; round += 1) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => write(`${round}-${index}`)));
  }
}

await writeForEver(process.argv[2] ?? '');
