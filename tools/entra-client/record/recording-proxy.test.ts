import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { startRecordingProxy } from './recording-proxy.js';

test('the sender gets the answer of the server when the exchange cannot be recorded', async () => {
  const server = createServer((_request, response) => response.writeHead(201).end('{}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const complaints: string[] = [];
  const proxy = await startRecordingProxy({
    upstream: `http://127.0.0.1:${port}/scim`,
    host: '127.0.0.1',
    port: 0,
    onExchange: () => {
      throw new Error('too deep');
    },
    onUnrecorded: ({ message }) => complaints.push(`unrecorded: ${message}`),
    onLost: ({ message }) => complaints.push(`lost: ${message}`),
  });
  const answer = await fetch(`${proxy.tenantUrl}/Users`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(201);
  expect(complaints).toEqual(['unrecorded: too deep']);
  await proxy.stop();
  server.close();
});
