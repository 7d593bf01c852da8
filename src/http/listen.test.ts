import type * as Http from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { readConfig } from '../config.js';
import { listen } from './listen.js';

const created = vi.hoisted((): { server?: Server; options?: ServerOptions } => ({}));

vi.mock('node:http', async (original) => {
  const http = await original<typeof Http>();
  const createServer = (options: ServerOptions, listener: Parameters<typeof http.createServer>[1]): Server => {
    created.options = options;
    return (created.server = http.createServer(options, listener));
  };
  return { ...http, createServer };
});

afterEach(() => {
  created.server?.close();
});

it('a client has 15 s for the headers and a minute for the request, which is looked at every 5 s', async () => {
  const config = readConfig({ PORT: '0', KEEP_ALIVE_TIMEOUT_MS: '12345' });
  await listen((_request, response) => response.end(), config);
  expect(created.server).toMatchObject({
    ...{ headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 12_345 },
  });
  // Node has no property for these.
  expect(created.options).toMatchObject({ connectionsCheckingInterval: 5_000, maxHeaderSize: 65_536 });
});
