import { readFileSync } from 'node:fs';
import { request as send } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { ROOT } from '../testing/structure/import-graph.js';
import { user } from './testing/bulk.fixture.js';
import { startTestServer, type TestServer } from './testing/server.fixture.js';

type Line = Readonly<Record<string, unknown>>;

/** The fields of the table in docs/operating.md with their types, and whether a line always has them. */
function documented(): ReadonlyMap<string, { readonly type: string; readonly always: boolean }> {
  const text = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
  const part = text.slice(text.indexOf('## Logs'), text.indexOf('## Activity log'));
  const rows = part.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.flatMap((row) => {
      const [, names = '', types = '', when] = row.split('|').map((cell) => cell.trim());
      const kinds = types.split(', ');
      return [...names.matchAll(/`(\w+)`/gu)].map(
        ([, name = ''], at) => [name, { type: kinds[at] ?? kinds[0] ?? '', always: when === 'always' }] as const,
      );
    }),
  );
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? `array of ${typeof value[0]}s` : typeof value);

/** A client that leaves before it is answered. */
const leaveEarly = (server: TestServer, token: string): Promise<void> =>
  new Promise((resolve) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/scim+json',
      'Content-Length': '99',
    };
    const outgoing = send(new URL('/scim/Users', server.url), { method: 'POST', headers });
    outgoing.on('error', () => {
      resolve();
    });
    outgoing.write('{', () => {
      outgoing.destroy();
    });
  });

it('a line of the log has the fields of docs/operating.md with their types, and no other', async () => {
  const server = await startTestServer(sqliteStorage);
  const lines = (): readonly Line[] =>
    server.log.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'request');
  try {
    const tenant = await server.createTenant();
    await tenant.send('POST', '/Users', { ...user('ada'), active: 'True', password: 'x' });
    await tenant.send('GET', '/Users?filter=userName+eq');
    await server.send({ path: '/scim/Users', token: 'wrong' });
    await server.send({ path: '/nothing' });
    await leaveEarly(server, tenant.token);
    await expect.poll(() => lines().some(({ cut }) => cut === true)).toBe(true);
    const fields = documented();
    for (const line of lines()) {
      const always = [...fields].filter(([, field]) => field.always).map(([name]) => name);
      expect(Object.keys(line)).toEqual(expect.arrayContaining(always));
    }
    const seen = new Map(lines().flatMap((line) => Object.entries(line).map(([name, value]) => [name, typeOf(value)])));
    expect(Object.fromEntries([...seen].sort())).toEqual(
      Object.fromEntries([...fields].map(([name, { type }]) => [name, type] as const).sort()),
    );
  } finally {
    await server.stop();
  }
});
