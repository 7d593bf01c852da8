import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';

/** What a server reads from files that a package could lack. */
const ADDRESSES = [
  ...['/readyz', '/docs', '/docs/operating', '/docs/try/scim', '/docs/swagger-ui-bundle.js'],
  ...['/openapi/scim.yaml', '/admin/assets/htmx.js', '/admin/assets/console.css'],
];

/**
 * Starts a server with a new database in a folder, asks it for what it reads from files, and stops it.
 * @returns the answers that are not 200, as status and path
 */
export async function serveFrom(folder: string, program: string): Promise<readonly string[]> {
  const child = spawn(program, ['serve', '--json'], {
    cwd: folder,
    env: { PATH: dirname(process.execPath), NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const [line] = (await Promise.race([once(child.stdout, 'data'), exited])) as [Buffer | number | null];
    if (!Buffer.isBuffer(line)) throw new Error(`the server ended with ${String(line)} instead of serving`);
    const { url } = JSON.parse(line.toString()) as { url: string };
    const answers = await Promise.all(
      ADDRESSES.map(async (path) => ({ path, status: (await fetch(url + path)).status })),
    );
    return answers.filter(({ status }) => status !== 200).map(({ path, status }) => `${status} ${path}`);
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}
