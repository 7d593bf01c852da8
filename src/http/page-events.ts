import type { Response } from 'express';
import type { EventStream } from '../console/live/event-stream.js';
import { tooBusy, type MemoryRoom } from './traffic/memory-room.js';

/** Bytes that a stream of events takes: its connection, its session, and one event that its client has not taken yet. */
const EACH_STREAM = 32_768;

/**
 * Answers with a stream of events. One event at most waits for a client that does not read, whose connection listen.ts closes.
 * @throws ScimError 503 where there is no room
 */
export function sendEvents(
  response: Response,
  headers: Readonly<Record<string, string>>,
  { stream, room }: { readonly stream: EventStream; readonly room: MemoryRoom },
): void {
  const held = room.enter('console');
  if (response.destroyed || !held.tryTake(EACH_STREAM)) {
    stream.closed();
    if (response.destroyed) return;
    throw tooBusy();
  }
  response.once('close', () => {
    held.leave();
    stream.closed();
  });
  response.status(200).set(headers).flushHeaders();
  stream.open({
    isReady: () => !response.writableEnded && !response.destroyed && response.writableLength === 0,
    send: (text) => {
      if (!response.writableEnded) response.write(text);
    },
    end: () => {
      if (!response.writableEnded) response.end();
    },
  });
}
