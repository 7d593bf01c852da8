import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import type { CreatedTenant } from '../../tenants/tenants.js';
import { printedJson, runOn, type CommandOutcome } from '../command-line.fixture.js';

const TOKEN = expect.stringMatching(/^fwscim_[\dA-Za-z]{49}$/u) as string;
const UUID = expect.stringMatching(/^[\da-f-]{36}$/u) as string;

let test: TestTenancy;
let contoso: CreatedTenant;
beforeAll(async () => {
  test = await openTestTenancy();
  contoso = await test.tenancy.createTenant('Contoso');
});
afterAll(() => test.close());

const run = (commandArguments: readonly string[]): Promise<CommandOutcome> => runOn(test, commandArguments);

describe('oauth-client', () => {
  const options = ['--tenant', 'Contoso'];
  const clients = () => test.tenancy.oauthClients.list(contoso.tenant.id);
  const create = async () =>
    printedJson(await run(['oauth-client', 'create', ...options, '--label', 'Entra', '--json']));

  it('creates a client, and prints what is entered in Entra, the secret once', async () => {
    const made = await create();
    expect(made).toMatchObject({
      clientId: UUID,
      clientSecret: TOKEN,
      tokenUrl: 'https://scim.example.com/oauth/token',
      scopes: ['scim.read', 'scim.write'],
    });
    const { stdout } = await run(['oauth-client', 'list', ...options]);
    expect(stdout).toContain('read and write');
    expect(stdout).not.toContain('fwscim_');
    expect((await run(['oauth-client', 'create', ...options])).stdout).toContain('Token endpoint:');
  });

  it('takes no end of a secret where there is none', async () => {
    const { status, stderr } = await run([
      'oauth-client',
      'create',
      ...options,
      '--no-secret',
      '--expires',
      '2100-01-01',
    ]);
    expect([status, stderr]).toEqual([1, expect.stringContaining('there is no secret that could expire')]);
  });

  it('replaces a secret with overlap, and deletes a credential, and the client', async () => {
    const id = String((await create())['clientId']);
    const rotated = printedJson(
      await run(['oauth-client', 'rotate-secret', id, ...options, '--overlap', '1', '--json']),
    );
    expect(rotated).toMatchObject({ clientId: id, clientSecret: TOKEN, expiresAt: null });
    const listed = (await clients()).find(({ client }) => client.id === id);
    expect(listed?.credentials.map(({ expiresAt }) => expiresAt)).toEqual(['2026-06-01T13:00:00.000Z', undefined]);
    const credential = ['--credential', String(rotated['credentialId'])];
    expect((await run(['oauth-client', 'delete', id, ...options, ...credential])).status).toBe(0);
    expect((await run(['oauth-client', 'revoke', id, ...options])).stdout).toContain('is deleted.');
    expect((await clients()).map(({ client }) => client.id)).not.toContain(id);
    expect((await run(['oauth-client', 'delete', id, ...options])).stderr).toContain('no OAuth client with that id');
    expect((await run(['oauth-client', 'rotate-secret', id, ...options, '--overlap', 'x'])).status).toBe(2);
  });

  it('trusts the public key of a client, and an issuer, but neither a private key nor an issuer without https', async () => {
    const id = String((await create())['clientId']);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-key-'));
    const addKey = async (key: KeyObject) => {
      const file = join(folder, 'key.jwk');
      await writeFile(file, JSON.stringify(key.export({ format: 'jwk' })));
      return run(['oauth-client', 'add-key', id, file, ...options]);
    };
    expect((await addKey(publicKey)).stdout).toContain('may sign assertions');
    expect((await addKey(privateKey)).stderr).toContain('The key is a private one');
    const issuer = ['--issuer', 'https://login.example', '--subject', 's', '--audience', 'a', '--jwks-url'];
    const addIssuer = (url: string) => run(['oauth-client', 'add-issuer', id, ...options, ...issuer, url]);
    expect((await addIssuer('https://login.example/keys')).status).toBe(0);
    expect((await addIssuer('http://login.example/keys')).stderr).toContain('must be an https address');
    await rm(folder, { recursive: true });
  });
});
