import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Held } from './memory-room.js';

/** What requests hold that came over one connection. */
const byConnection = new WeakMap<Socket, Set<Held>>();

/**
 * Gives back what a request holds when its answer is over. An answer that stands behind another on its connection never says
 * so when the connection breaks; the connection does.
 */
export function holdWhileUnderWay(held: Held, { socket }: IncomingMessage, response: ServerResponse): void {
  const onConnection = byConnection.get(socket) ?? heldBy(socket);
  onConnection.add(held);
  response.on('close', () => {
    onConnection.delete(held);
    held.leave();
  });
  if (socket.destroyed) held.leave();
}

function heldBy(socket: Socket): Set<Held> {
  const all = new Set<Held>();
  byConnection.set(socket, all);
  socket.once('close', () => {
    for (const held of all) held.leave();
    all.clear();
  });
  return all;
}
