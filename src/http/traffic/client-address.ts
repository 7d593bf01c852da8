import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** How many addresses of a Forwarded-For header are looked at, from the right. */
const MOST_HOPS = 20;

/** Tells which addresses are proxies of ours, whose word about the client's address counts. */
export type IsTrusted = (address: string) => boolean;

/**
 * Reads a list of addresses and networks, such as `10.0.0.0/8, ::1`.
 * @throws Error that repeats what is neither
 */
export function trustedProxies(entries: readonly string[]): IsTrusted {
  if (entries.length === 0) return () => false;
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', length] = entry.split('/', 2);
  const family = isIP(address);
  const bits = length === undefined ? undefined : Number(length);
  const most = family === 6 ? 128 : 32;
  if (family === 0 || (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= most))) {
    throw new Error(`TRUSTED_PROXIES takes addresses and networks such as 10.0.0.0/8; "${entry}" is neither`);
  }
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, kind);
  else list.addSubnet(address, bits, kind);
}

/**
 * The address that a request is counted by: that of the connection, or, where that is a trusted proxy, the last one in
 * `X-Forwarded-For` that is none. Of IPv6, the network of 64 bits, since a client has all of it.
 */
export function clientAddress(request: IncomingMessage, isTrusted: IsTrusted): string {
  const own = plainAddress(request.socket.remoteAddress ?? '');
  if (!isTrusted(own)) return network(own);
  const header = request.headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').slice(-MOST_HOPS).reverse();
  let client = own;
  for (const hop of hops.map((one) => plainAddress(one.trim()))) {
    if (isIP(hop) === 0) break;
    client = hop;
    if (!isTrusted(hop)) break;
  }
  return network(client);
}

/** An IPv4 address as itself, also where the connection came in over IPv6. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;

function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const [left, right] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0))).fill('0');
  const groups = [...(left ?? []), ...zeros, ...(right ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
