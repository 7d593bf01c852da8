import { expect, test } from 'vitest';
import { sendJson } from '../server/operator.js';
import { startForeignServer } from './foreign-server.js';

test('a foreign server admits its token alone, stores, finds, and refuses a name that is taken', async () => {
  const foreign = await startForeignServer();
  const headers = { authorization: `Bearer ${foreign.token}`, 'content-type': 'application/scim+json' };
  const body = JSON.stringify({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'Ana@contoso.example',
  });
  try {
    expect((await fetch(`${foreign.base}/Users`)).status).toBe(401);
    const created = await sendJson(`${foreign.base}/Users`, { method: 'POST', headers, body });
    const filter = encodeURIComponent('userName eq "Ana@contoso.example"');
    const found = await sendJson(`${foreign.base}/Users?filter=${filter}`, { headers });
    expect(found).toMatchObject({
      totalResults: 1,
      Resources: [{ id: created['id'], userName: 'Ana@contoso.example' }],
    });
    expect((await fetch(`${foreign.base}/Users`, { method: 'POST', headers, body })).status).toBe(409);
    const path = `${foreign.base}/Users/${String(created['id'])}`;
    expect((await fetch(path, { method: 'DELETE', headers })).status).toBe(204);
    expect((await fetch(path, { headers })).status).toBe(404);
  } finally {
    await foreign.stop();
  }
});
