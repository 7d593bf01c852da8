import type { Server, ServerResponse } from 'node:http';
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

/** How many requests may be under way on one connection; real clients wait for an answer before they send the next. */
const MOST_PIPELINED = 16;

const pipelined = new WeakMap<Socket, number>();

/**
 * Counts a request on its connection until its answer is over.
 * @returns false for one too many, whose connection is closed
 */
export function boundPipelining(socket: Socket, response: ServerResponse): boolean {
  const count = (pipelined.get(socket) ?? 0) + 1;
  pipelined.set(socket, count);
  // Log, room, draining and the streams of a long answer each wait for its end.
  response.setMaxListeners(20);
  response.on('close', () => {
    pipelined.set(socket, (pipelined.get(socket) ?? 1) - 1);
  });
  if (count > MOST_PIPELINED) socket.destroy();
  return count <= MOST_PIPELINED;
}
