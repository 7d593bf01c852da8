import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Exchange } from '../recording/exchange.js';
import { junit } from './junit.js';
import { play, type Played } from './play.js';
import { report, reportJson } from './report.js';

const TOKEN = 'the-secret-token';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/scim`;
}

const answeringJson = (status: number, body: object, type = 'application/scim+json; charset=utf-8'): Promise<string> =>
  answering((_request, response) => {
    response.writeHead(status, { 'Content-Type': type }).end(JSON.stringify(body));
  });

const exchange = (id: string, more: Partial<Exchange> = {}): Exchange => ({
  id,
  scenario: 'a scenario',
  step: 'Something happens',
  request: { method: 'GET', path: '/Users/7', headers: { Authorization: 'Bearer {{token}}' } },
  expect: { status: [200] },
  ...more,
});

async function played(
  exchanges: readonly Exchange[],
  base: string,
  timeout = 5_000,
  token = TOKEN,
): Promise<readonly Played[]> {
  const outcomes: Played[] = [];
  for await (const one of play(exchanges, { base, token, timeout })) outcomes.push(one);
  return outcomes;
}

describe('a replay', () => {
  test('sends a request as it was recorded, with the values that earlier answers gave', async () => {
    const seen: unknown[] = [];
    const base = await answering((request, response) => {
      request.setEncoding('utf8').on('data', (body) => seen.push(body));
      seen.push([request.method, request.url, request.headers['authorization'], request.headers['user-agent']]);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":"a b"}');
    });
    const outcomes = await played(
      [
        exchange('one', { capture: { '/id': 'userId' } }),
        exchange('two', { request: { method: 'PATCH', path: '/Users/{{userId}}/../%2e?q=+', body: ['{{userId}}'] } }),
        exchange('three', { request: { method: 'POST', path: '/Users', body: '{"broken' } }),
      ],
      base,
    );
    expect(outcomes.map(({ faults }) => faults)).toEqual([[], [], []]);
    expect(seen).toEqual([
      ['GET', '/scim/Users/7', `Bearer ${TOKEN}`, undefined],
      ['PATCH', '/scim/Users/a%20b/../%2e?q=+', undefined, undefined],
      '["a b"]',
      ['POST', '/scim/Users', undefined, undefined],
      '{"broken',
    ]);
  });

  const wrong: readonly [string, number, object, string | undefined, Exchange['expect'], RegExp][] = [
    ['another status', 200, {}, undefined, { status: [204] }, /status is 200, not 204/],
    ['another value', 200, { active: 'True' }, undefined, { status: [200], body_contains: { active: true } }, /active/],
    ['another media type', 200, {}, 'text/html', { status: [200] }, /media type is "text\/html"/],
    ['an error that is none of SCIM', 404, { error: 'no' }, undefined, { status: [404] }, /schema of errors/],
    [
      'an error whose status is a number',
      404,
      { schemas: [ERROR], status: 404 },
      undefined,
      { status: [404] },
      /status is 404, not "404"/,
    ],
  ];

  test.each(wrong)('finds %s', async (_, status, body, type, expected, fault) => {
    const base = await answeringJson(status, body, type);
    const [outcome] = await played([exchange('one', { expect: expected })], base);
    expect(outcome?.faults).toEqual([expect.stringMatching(fault)]);
  });

  test('finds a body that is not JSON', async () => {
    const base = await answering((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('<html>');
    });
    expect((await played([exchange('one')], base))[0]?.faults).toEqual(['the body is not JSON']);
  });

  test('goes on after an answer that did not come, and does not send what needs a value of it', async () => {
    const base = await answering((request, response) => {
      if (request.url?.endsWith('/slow') === true) return;
      response.writeHead(204).end();
    });
    const outcomes = await played(
      [
        exchange('slow', { request: { method: 'GET', path: '/slow' }, capture: { '/id': 'userId' } }),
        exchange('needs', { request: { method: 'GET', path: '/Users/{{userId}}' } }),
        exchange('other', { request: { method: 'DELETE', path: '/Users/8' }, expect: { status: [204] } }),
      ],
      base,
      100,
    );
    expect(outcomes.map(({ sent, status, faults }) => [sent, status, faults])).toEqual([
      ['GET /slow', undefined, ['there was no answer within 100 ms']],
      [undefined, undefined, ['needs {{userId}}, which no earlier exchange yielded']],
      ['DELETE /Users/8', 204, []],
    ]);
  });

  test('says nothing of the secret token, not even when the server does', async () => {
    const base = await answeringJson(200, { id: TOKEN, title: TOKEN });
    const request = { method: 'GET', path: '/Users?access_token={{token}}' };
    const outcomes = await played(
      [exchange('one', { request, expect: { status: [200], body_contains: { id: '7' } } })],
      base,
    );
    const said = [report(outcomes), JSON.stringify(reportJson(outcomes)), junit(outcomes)].join();
    expect(said).toContain('/id is');
    expect(said).not.toContain(TOKEN);
  });
});

test('a replay says nothing of the secret token in another spelling', async () => {
  const token = 'SEKRET-TOK/"1';
  const base = await answeringJson(200, { title: token });
  const request = { method: 'GET', path: '/Users?access_token={{token}}' };
  const outcomes = await played([exchange('one', { request, expect: { status: [404] } })], base, 5_000, token);
  expect([report(outcomes), JSON.stringify(reportJson(outcomes)), junit(outcomes)].join()).not.toContain('SEKRET');
});

describe('the report', () => {
  const fine = exchange('fine', { expect: { status: [404] } });
  const other = exchange('other', { scenario: 'another', step: 'Reads <"&\u0000>' });

  async function outcomes(): Promise<readonly Played[]> {
    const base = await answeringJson(404, { schemas: [ERROR], status: '404', detail: 'There is no ]]> 7.' });
    return played([fine, other], base);
  }

  test('says for people what passed in each scenario, and of a failure what was expected and what came', async () => {
    expect(report(await outcomes())).toBe(`\
ok     a scenario: 1 of 1 passed
FAILED another: 0 of 1 passed
  other: Reads <"&\u0000>
    request   GET /Users/7
    expected  200
    received  404 {"schemas":["${ERROR}"],"status":"404","detail":"There is no ]]> 7."}
    fault     the status is 404, not 200

1 passed, 1 failed`);
  });

  test('says the same for programs', async () => {
    expect(reportJson(await outcomes())).toMatchObject({
      passed: 1,
      failed: 1,
      exchanges: [
        { id: 'fine', passed: true, status: 404 },
        { id: 'other', passed: false, request: 'GET /Users/7', faults: ['the status is 404, not 200'] },
      ],
    });
  });

  test('says the same as JUnit XML, whatever is in a text', async () => {
    const xml = junit(await outcomes()).replaceAll(/time="[^"]*"/g, '');
    expect(xml).toContain('<testsuites name="flexwhere-scim replay" tests="2" failures="1" >');
    expect(xml).toMatch(
      /<testsuite name="another" tests="1" failures="1" >\s*<testcase name="other: Reads &lt;&quot;&amp;\uFFFD&gt;"/,
    );
    expect(xml).toMatch(/<failure message="the status is 404, not 200">[^<]*There is no \]\]&gt; 7/);
  });
});
