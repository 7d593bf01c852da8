import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.js';
import { seededRandom } from './company/random.js';
import { sendAtRate } from './pace.js';
import { FAULTS, randomFaults, sendThroughFaults, type Fault } from './wire/faults.js';
import { httpSender } from './wire/http-send.js';
import { NoAnswer, type Send, type WireRequest } from './wire/wire.js';

const REQUEST: WireRequest = { purpose: 'probe', method: 'GET', path: '/Users' };

describe('a fault', () => {
  const CASES: readonly [Fault, number, unknown][] = [
    ['answer lost', 1, 'ConnectionLost'],
    ['timed out', 0, 'TimedOut'],
    ['connection reset', 0, 'ConnectionLost'],
    ['too many requests', 0, 429],
    ['unavailable', 0, 503],
  ];

  it.each(CASES)('%s: the request arrives %d times, and Entra sees %s', async (fault, arrives, seen) => {
    let arrived = 0;
    const server: Send = async () => {
      arrived += 1;
      return { status: 200, headers: {}, text: '' };
    };
    const outcome = await sendThroughFaults(
      server,
      () => fault,
      virtualClock(),
    )(REQUEST).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof NoAnswer ? error.reason : error),
    );
    expect([arrived, outcome]).toEqual([arrives, seen]);
  });

  it('is the same for the same seed, of every kind, and as frequent as asked', () => {
    const draw = (seed: number): readonly (Fault | undefined)[] => {
      const plan = randomFaults(seededRandom(seed), 0.1);
      return Array.from({ length: 2_000 }, () => plan(REQUEST));
    };
    const first = draw(7);
    expect(draw(7)).toEqual(first);
    expect(draw(8)).not.toEqual(first);
    expect(new Set(first.filter((fault) => fault !== undefined))).toEqual(new Set(FAULTS));
    expect(Math.abs(first.filter((fault) => fault !== undefined).length - 200)).toBeLessThan(60);
  });
});

describe('a rate', () => {
  it('spaces the requests evenly on the clock', async () => {
    const clock = virtualClock();
    const times: number[] = [];
    const send = sendAtRate(
      async () => {
        times.push(clock.now());
        return { status: 200, headers: {}, text: '' };
      },
      25,
      clock,
    );
    for (let request = 0; request < 4; request += 1) await send(REQUEST);
    expect(times).toEqual([0, 40, 80, 120]);
  });
});

describe('over HTTP', () => {
  it('sends Entra’s headers and no others, below the path of the Tenant URL', async () => {
    const seen: unknown[] = [];
    const server = createServer((request, response) => {
      const own = Object.entries(request.headers).filter(([name]) => name !== 'host' && name !== 'connection');
      seen.push([request.method, request.url, Object.fromEntries(own)]);
      response.setHeader('Retry-After', '3').writeHead(429).end('later');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { send, close } = httpSender(`http://127.0.0.1:${port ?? 0}/scim/?aadOptscim062020`, 't0ken');
    const answers = [await send(REQUEST), await send({ ...REQUEST, method: 'POST', body: { a: 1 } })];
    close();
    server.close();
    expect(answers[0]).toMatchObject({ status: 429, text: 'later', headers: { 'retry-after': '3' } });
    expect(seen).toEqual([
      ['GET', '/scim/Users', { authorization: 'Bearer t0ken' }],
      [
        'POST',
        '/scim/Users',
        {
          authorization: 'Bearer t0ken',
          'content-type': 'application/scim+json; charset=utf-8',
          'content-length': '7',
        },
      ],
    ]);
  });

  it('says that nobody answers', async () => {
    const { send, close } = httpSender('http://127.0.0.1:1/scim', 't');
    await expect(send(REQUEST)).rejects.toMatchObject({ reason: 'ConnectionLost' });
    close();
  });
});
