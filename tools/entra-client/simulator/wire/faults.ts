import type { Clock } from '../clock.js';
import type { Random } from '../company/random.js';
import { NoAnswer, type Send, type WireAnswer, type WireRequest } from './wire.js';

/** What can go wrong between Entra and the server. */
export const FAULTS = ['answer lost', 'timed out', 'too many requests', 'unavailable', 'connection reset'] as const;
/** A failure that a request can meet. */
export type Fault = (typeof FAULTS)[number];

/** Milliseconds after which a request has timed out. */
const TIMEOUT = 100_000;
/** Seconds that a 429 says to wait. */
const RETRY_AFTER = 1;

/** A fault that was injected. */
export interface InjectedFault {
  readonly fault: Fault;
  readonly request: WireRequest;
}

/** Decides which fault a request meets; undefined for none. */
export type FaultPlan = (request: WireRequest) => Fault | undefined;

/** A plan by which a share of the requests meets a fault of any kind. */
export function randomFaults(random: Random, share: number): FaultPlan {
  return () => (random.chance(share) ? random.pick(FAULTS) : undefined);
}

/**
 * Sends through a network that has faults. A request whose answer is lost takes effect; the others never arrive.
 * @param onFault is told about each fault
 */
export function sendThroughFaults(
  send: Send,
  plan: FaultPlan,
  clock: Clock,
  onFault: (injected: InjectedFault) => void = () => undefined,
): Send {
  return async (request) => {
    const fault = plan(request);
    if (fault === undefined) return send(request);
    onFault({ fault, request });
    return faulty(fault, request, send, clock);
  };
}

async function faulty(fault: Fault, request: WireRequest, send: Send, clock: Clock): Promise<WireAnswer> {
  switch (fault) {
    case 'answer lost':
      await send(request);
      throw new NoAnswer('ConnectionLost', 'The connection ended before the answer came.');
    case 'timed out':
      clock.skip(TIMEOUT);
      throw new NoAnswer('TimedOut', 'There was no answer in time.');
    case 'connection reset':
      throw new NoAnswer('ConnectionLost', 'The connection was reset.');
    case 'too many requests':
      return { status: 429, headers: { 'retry-after': String(RETRY_AFTER) }, text: '' };
    case 'unavailable':
      return { status: 503, headers: {}, text: 'Service Unavailable' };
  }
}
