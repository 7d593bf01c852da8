import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TrafficLimits } from '../../config.js';
import { plainAddress, trustedProxies } from './client-address.js';

/** Closes connections at once that are too many, in all or of one address that is no trusted proxy. */
export function boundConnections(
  server: Server,
  { connections, connectionsOfAddress, trustedProxies: proxies }: TrafficLimits,
): void {
  const isTrusted = trustedProxies(proxies);
  const open = new Map<string, number>();
  server.maxConnections = connections;
  server.on('connection', (socket: Socket) => {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (isTrusted(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > connectionsOfAddress) socket.destroy();
  });
}
