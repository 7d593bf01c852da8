import { expect, it } from 'vitest';
import { DEFAULT_TENANT_SETTINGS, type Tenant } from '../../model/tenant.js';
import { createBackend } from './create-backend.js';
import { batchOf, SECRET, startScriptedBackend } from './http/scripted-backend.fixture.js';

const NEVER = new AbortController().signal;

const named = (name: string, externalReference?: string) => {
  const settings = { ...DEFAULT_TENANT_SETTINGS, ...(externalReference === undefined ? {} : { externalReference }) };
  return { name, settings } as Tenant;
};

it('sends with the id of a tenant what it is called by now, in every request that is about one', async () => {
  const backend = await startScriptedBackend(({ path }) =>
    path === '/listings'
      ? { body: { items: [], next: null } }
      : path === '/matches'
        ? { body: { items: [] } }
        : undefined,
  );
  let tenant: Tenant | undefined = named('Contoso', 'C-10023');
  const http = createBackend(
    { kind: 'http', url: backend.url, secret: SECRET, timeoutMs: 5_000, attempts: 1, giveUpMs: 1_000 },
    { findTenant: () => Promise.resolve(tenant) },
  );
  const content = { name: 'ann', active: true, attributes: {} };
  await http.match('t', [{ type: 'User', scimId: 'u1', content }], 'hashes');
  for await (const page of http.listMemberships('t')) expect(page).toEqual([]);
  await http.deliver(batchOf(1), NEVER);
  tenant = named('Contoso Ltd');
  await http.deliver(batchOf(1), NEVER);
  tenant = undefined;
  await http.deliver(batchOf(1), NEVER);
  const sent = backend.received.filter(({ path }) => path !== '/capabilities');
  const told = sent.map(({ path, text }) => [path, (JSON.parse(text) as { tenant?: unknown }).tenant]);
  const contoso = { name: 'Contoso', externalReference: 'C-10023' };
  await backend.close();
  expect(told).toEqual([
    ['/matches', contoso],
    ['/listings', contoso],
    ['/batches', contoso],
    ['/batches', { name: 'Contoso Ltd' }],
    ['/batches', undefined],
  ]);
});
