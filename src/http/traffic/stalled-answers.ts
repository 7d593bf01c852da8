import type { Server } from 'node:http';
import type { Socket } from 'node:net';

interface Watched {
  /** What was waiting to be taken by the client, and had been written, when that changed last. */
  waiting: number;
  written: number;
  since: number;
}

/** How often a timeout is looked at before it is over. */
const LOOKS = 4;

/** Closes connections whose client takes nothing of an answer for so many milliseconds. */
export function closeStalled(server: Server, timeoutMs: number): void {
  const sockets = new Map<Socket, Watched>();
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, { waiting: 0, written: 0, since: 0 });
    socket.once('close', () => sockets.delete(socket));
  });
  const timer = setInterval(
    () => {
      const now = performance.now();
      for (const [socket, watched] of sockets) if (isStalled(socket, watched, now, timeoutMs)) socket.destroy();
    },
    Math.ceil(timeoutMs / LOOKS),
  );
  timer.unref();
  server.once('close', () => {
    clearInterval(timer);
  });
}

function isStalled(socket: Socket, watched: Watched, now: number, timeoutMs: number): boolean {
  const { writableLength: waiting, bytesWritten: written } = socket;
  if (waiting > 0 && waiting === watched.waiting && written === watched.written)
    return now - watched.since >= timeoutMs;
  Object.assign(watched, { waiting, written, since: now });
  return false;
}
