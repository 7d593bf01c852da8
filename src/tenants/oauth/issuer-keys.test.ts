import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createIssuerKeys } from './issuer-keys.js';

describe("an issuer's keys", () => {
  it.each([
    ...['http://127.0.0.1:9/', 'http://localhost:9/', 'http://[::1]:9/', 'http://[::ffff:127.0.0.1]:9/'],
    ...['https://10.0.0.1/', 'https://169.254.169.254/latest/meta-data', 'https://192.168.1.1/', 'https://[fd00::1]/'],
  ])('are not fetched from %s, which is not on the internet', async (url) => {
    await expect(createIssuerKeys(false).of(url)).rejects.toThrow('is not on the internet');
  });

  it('are fetched again where none fits, half a minute later at the earliest, and after ten minutes', async () => {
    let fetches = 0;
    const server = createServer((_request, response) => {
      fetches += 1;
      response.end('{"keys": []}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    let now = 0;
    const keys = createIssuerKeys(true, () => now);
    await Promise.all([keys.of(url), keys.of(url), keys.again(url)]);
    expect(fetches).toBe(1);
    now = 31_000;
    await keys.of(url);
    expect(fetches).toBe(1);
    await keys.again(url);
    expect(fetches).toBe(2);
    now = 700_000;
    await keys.of(url);
    expect(fetches).toBe(3);
    await new Promise((resolve) => server.close(resolve));
  });

  it('that cannot be had are asked for again after a while, not at each request', async () => {
    let fetches = 0;
    const server = createServer((_request, response) => {
      fetches += 1;
      response.writeHead(fetches === 1 ? 500 : 200).end('{"keys": []}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    let now = 0;
    const keys = createIssuerKeys(true, () => now);
    for (let time = 0; time < 3; time += 1) await expect(keys.of(url)).rejects.toThrow('answered 500');
    expect(fetches).toBe(1);
    now = 31_000;
    await keys.of(url);
    expect(fetches).toBe(2);
    await new Promise((resolve) => server.close(resolve));
  });

  it('stay in use for an hour while newer ones cannot be had', async () => {
    let fetches = 0;
    const server = createServer((_request, response) => {
      fetches += 1;
      response.writeHead(fetches === 1 ? 200 : 500).end('{"keys": []}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    let now = 0;
    const keys = createIssuerKeys(true, () => now);
    const first = await keys.of(url);
    for (const time of [31_000, 62_000, 3_500_000]) {
      now = time;
      expect(await keys.again(url)).toBe(first);
    }
    expect(fetches).toBe(4);
    now = 3_600_001;
    await keys.of(url);
    now = 4_300_000;
    await expect(keys.of(url)).rejects.toThrow('answered 500');
    await new Promise((resolve) => server.close(resolve));
  });
});
