import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { ERROR_SCHEMA } from '../../protocol/scim-error.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import {
  bulk,
  bulkCalls,
  SMALL_BULK,
  countOf,
  group,
  NOBODY,
  patch,
  post,
  results,
  statuses,
  user,
} from '../testing/bulk.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

describe.each(storageKinds)('bulk on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind, SMALL_BULK);
  });
  afterAll(() => server.stop());

  const { send, created } = bulkCalls(() => tenant);

  describe('RFC 7644 §3.7.3: results and failures', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    const bad = (bulkId: string): JsonObject => post(bulkId, user(''));
    const failingOn = (failOnErrors: number, ...operations: readonly JsonObject[]) =>
      tenant.send('POST', '/Bulk', { ...bulk(...operations), failOnErrors });
    const named = (answer: Awaited<ReturnType<typeof send>>): readonly unknown[] =>
      results(answer).map(({ bulkId }) => bulkId);

    it.each<[number, readonly string[]]>([
      [1, ['a', 'bad 1']],
      [2, ['a', 'bad 1', 'b', 'bad 2']],
      [3, ['a', 'bad 1', 'b', 'bad 2', 'c']],
      [1_000_000, ['a', 'bad 1', 'b', 'bad 2', 'c']],
    ])('stops after %i failures, and leaves out what was not processed', async (failOnErrors, processed) => {
      const round = String(failOnErrors);
      const answer = await failingOn(
        failOnErrors,
        post('a', user(`a ${round}`)),
        bad('bad 1'),
        post('b', user(`b ${round}`)),
        bad('bad 2'),
        post('c', user(`c ${round}`)),
      );
      expect(named(answer)).toEqual(processed);
      const staged = await tenant.send('GET', `/Users?filter=${encodeURIComponent(`userName ew " ${round}"`)}`);
      expect(staged.body['totalResults']).toBe(processed.filter((name) => !name.startsWith('bad')).length);
    });

    it('has a result for all operations without failOnErrors', async () => {
      expect(named(await send(bad('1'), bad('2'), bad('3')))).toEqual(['1', '2', '3']);
    });

    it('tells the results in the order of the request, in whatever order it works', async () => {
      const answer = await failingOn(1, post('g', group('waits', 'bulkId:u')), bad('bad'), post('u', user('late')));
      expect(named(answer)).toEqual(['bad']);
      const other = await failingOn(1, post('g', group('waits', 'bulkId:u')), post('u', user('late')), bad('bad'));
      expect(named(other)).toEqual(['g', 'u', 'bad']);
    });

    it('counts each operation of a circle that fails', async () => {
      const circle = [post('a', group('', 'bulkId:b')), post('b', group('b', 'bulkId:a'))];
      expect(named(await failingOn(2, ...circle, post('c', user('after the circle'))))).toEqual(['a', 'b']);
    });

    it('has a location but for a POST that failed, and a response for failures only', async () => {
      const id = await created('/Users', user('located'));
      const answer = await send(
        bad('bad'),
        { method: 'PUT', path: `/Users/${id}`, data: user('') },
        { method: 'PATCH', path: `Users/${id}/`, data: patch({ op: 'replace', path: 'emails[type eq', value: 'x' }) },
        { method: 'DELETE', path: `/Users/${NOBODY}` },
        { method: 'DELETE', path: '/Nothing/é' },
        { method: 'DELETE', path: '/Users/bulkId:bad' },
        { method: 'DELETE', path: `/Users/${id}` },
      );
      const place = 'https://scim.flexwhere.example/scim';
      expect(results(answer).map(({ location, status }) => [status, location])).toEqual([
        ['400', undefined],
        ['400', `${place}/Users/${id}`],
        ['400', `${place}/Users/${id}`],
        ['404', `${place}/Users/${NOBODY}`],
        ['404', `${place}/Nothing/%C3%A9`],
        ['409', `${place}/Users/bulkId:bad`],
        ['204', `${place}/Users/${id}`],
      ]);
      for (const { status, response, version } of results(answer)) {
        if (status === '204') expect([response, version]).toEqual([undefined, undefined]);
        else expect(response).toMatchObject({ schemas: [ERROR_SCHEMA], status, detail: expect.any(String) as unknown });
      }
    });
  });

  describe('RFC 7644 §3.7.4: limits', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    const many = (length: number) =>
      Array.from({ length }, (_, index) => post(`u${index}`, user(`many ${length} ${index}`)));

    it('tells them in the service provider configuration', async () => {
      const { body } = await tenant.send('GET', '/ServiceProviderConfig');
      expect(body['bulk']).toEqual({ supported: true, maxOperations: 20, maxPayloadSize: 20_000 });
    });

    it('takes as many operations as are allowed', async () => {
      expect(statuses(await send(...many(20)))).toEqual(Array.from({ length: 20 }, () => '201'));
    });

    it('is 413 for more, names the limit, and does nothing', async () => {
      const before = await countOf(tenant, '/Users');
      const answer = await send(...many(21));
      expect(answer).toMatchObject({ status: 413, body: { schemas: [ERROR_SCHEMA], status: '413' } });
      expect(answer.body['detail']).toContain('maxOperations (20)');
      expect(await countOf(tenant, '/Users')).toBe(before);
    });

    const ofSize = (bytes: number): string => {
      const text = JSON.stringify(bulk(post('u', user(`size ${bytes}`))));
      return text + ' '.repeat(bytes - text.length);
    };

    it('takes a body as large as is allowed, and is 413 for a larger one, naming the limit', async () => {
      expect(statuses(await tenant.send('POST', '/Bulk', ofSize(20_000)))).toEqual(['201']);
      const before = await countOf(tenant, '/Users');
      const answer = await tenant.send('POST', '/Bulk', ofSize(20_001));
      expect(answer).toMatchObject({ status: 413, body: { schemas: [ERROR_SCHEMA], status: '413' } });
      expect(answer.body['detail']).toMatch(/20000 bytes.*maxPayloadSize/u);
      expect(await countOf(tenant, '/Users')).toBe(before);
    });
  });
});
