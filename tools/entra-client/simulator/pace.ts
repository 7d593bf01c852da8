import type { Clock } from './clock.js';
import type { Send } from './wire/wire.js';

/** Requests a second that Microsoft requires of gallery applications. */
export const REQUIRED_RATE = 25;

/** Sends at most so many requests a second, evenly spaced. */
export function sendAtRate(send: Send, requestsPerSecond: number, clock: Clock): Send {
  let next = clock.now();
  return async (request) => {
    const pause = next - clock.now();
    if (pause > 0) await clock.wait(pause);
    next = Math.max(next, clock.now()) + 1_000 / requestsPerSecond;
    return send(request);
  };
}
