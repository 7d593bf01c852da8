import { ScimError } from '../../../protocol/scim-error.js';
import { newUser } from '../../testing/resources.fixture.js';
import { openStorage } from '../open-storage.js';

/**
 * Writes users to tenant `t`, eight at a time, until the disk is full; names each that is acknowledged on standard output,
 * then the status of the first refusal, and whether the last user can still be read.
 */
async function fillTheDisk(databaseUrl: string): Promise<void> {
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 5000 });
  const refusals: unknown[] = [];
  const title = 'x'.repeat(20_000);
  let last = '';
  for (let round = 0; refusals.length === 0; round += 1) {
    const names = Array.from({ length: 8 }, (_, index) => `u${round}-${index}`);
    const write = async (name: string): Promise<void> => {
      await storage.write('t', (directory) => directory.insert(newUser(name, { title })));
      process.stdout.write(`${name}\n`);
      last = name;
    };
    await Promise.all(names.map((name) => write(name).catch((error: unknown) => refusals.push(error))));
  }
  const [refusal] = refusals;
  process.stdout.write(`status ${refusal instanceof ScimError ? refusal.status : String(refusal)}\n`);
  process.stdout.write(`read ${(await storage.directory('t').find('User', last)) !== undefined}\n`);
  process.exit(0);
}

await fillTheDisk(process.argv[2] ?? '');
