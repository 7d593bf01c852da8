import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddress, trustedProxies } from './client-address.js';

const addressOf = (remoteAddress: string, forwarded: string | undefined, proxies: readonly string[]): string => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return clientAddress({ socket: { remoteAddress }, headers } as unknown as IncomingMessage, trustedProxies(proxies));
};

describe('the address that a client is counted by', () => {
  it.each<[string, string | undefined, string[], string]>([
    ['203.0.113.9', undefined, [], '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', [], '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', ['10.0.0.0/8'], '203.0.113.9'],
    ['10.1.2.3', '198.51.100.1', ['10.0.0.0/8'], '198.51.100.1'],
    ['10.1.2.3', undefined, ['10.0.0.0/8'], '10.1.2.3'],
    ['10.1.2.3', 'made up', ['10.0.0.0/8'], '10.1.2.3'],
    ['10.1.2.3', '192.0.2.7, 198.51.100.1, 10.9.9.9', ['10.0.0.0/8'], '198.51.100.1'],
    ['10.1.2.3', '192.0.2.7,,', ['10.0.0.0/8'], '10.1.2.3'],
    ['::ffff:10.1.2.3', '198.51.100.1', ['10.0.0.0/8'], '198.51.100.1'],
    ['::1', '2001:db8:1:2:3:4:5:6', ['::1'], '2001:db8:1:2::/64'],
    ['2001:db8::9', undefined, [], '2001:db8:0:0::/64'],
    ['fe80::1%eth0', undefined, [], 'fe80:0:0:0::/64'],
  ])('%s that forwards for %s with %j trusted is %s', (remote, forwarded, proxies, expected) => {
    expect(addressOf(remote, forwarded, proxies)).toBe(expected);
  });

  it.each(['example.com', '10.0.0.0/33', '10.0.0.0/x', '::1/129', '10.0.0'])('%s is no proxy to trust', (entry) => {
    expect(() => trustedProxies([entry])).toThrow('TRUSTED_PROXIES takes addresses and networks');
  });
});
