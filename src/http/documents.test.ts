import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { readDocument } from './documents.js';
import { startTestServer } from './testing/server.fixture.js';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('the published documents', () => {
  it.each(['scim', 'admin', 'backend'] as const)(
    '%s say the same as YAML and as JSON, without a token',
    async (name) => {
      const server = await startTestServer(sqliteStorage);
      try {
        const [yaml, json] = await Promise.all(
          ['yaml', 'json'].map(async (form) => (await fetch(`${server.url}/openapi/${name}.${form}`)).text()),
        );
        expect(parse(yaml ?? '')).toEqual(JSON.parse(json ?? ''));
        expect(yaml).toBe(await readDocument(name).yaml());
      } finally {
        await server.stop();
      }
    },
  );

  it('say the number of PATCH operations that is configured, which is the one that holds', async () => {
    const server = await startTestServer(sqliteStorage, { MAX_PATCH_OPERATIONS: '2' });
    try {
      const yaml = await (await fetch(`${server.url}/openapi/scim.yaml`)).text();
      expect(parse(yaml)).toMatchObject({
        components: { schemas: { PatchRequest: { properties: { Operations: { maxItems: 2 } } } } },
      });
      const tenant = await server.createTenant();
      const { body } = await tenant.send('POST', '/Users', { schemas: [USER], userName: 'limits' });
      const change = { op: 'replace', path: 'title', value: 'x' };
      const patch = (count: number) =>
        tenant.send('PATCH', `/Users/${String(body['id'])}`, {
          schemas: [PATCH_OP],
          Operations: Array.from({ length: count }, () => change),
        });
      expect([(await patch(2)).status, (await patch(3)).status]).toEqual([200, 400]);
    } finally {
      await server.stop();
    }
  });

  it('are shown on a page that loads nothing from another host', async () => {
    const server = await startTestServer(sqliteStorage);
    try {
      const page = await fetch(`${server.url}/docs`);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const text = await page.text();
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//u);
      for (const [, path = ''] of text.matchAll(/(?:src|href)="(\/[^"]*)"/gu)) {
        expect([path, (await fetch(server.url + path)).status]).toEqual([path, 200]);
      }
    } finally {
      await server.stop();
    }
  });
});
