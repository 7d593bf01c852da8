import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TrafficLimits } from '../../config.js';
import { ownerOf, type Authenticate, type AuthenticateRequest, type Principal } from '../authentication.js';
import type { Refusal } from '../metrics.js';
import { clientAddress, trustedProxies } from './client-address.js';
import { FailedAuthentications } from './failed-authentications.js';
import { LongTurns } from './long-turns.js';
import { MemoryRoom, type Held } from './memory-room.js';
import { TenantRates } from './tenant-rates.js';

/** Bytes that a request takes besides its body and its answer, and while nobody knows how long these are. */
const EACH_REQUEST = 524_288;

/** Milliseconds that a request waits for room. */
const ROOM_WAIT = 5_000;

/**
 * Lets a request in whose sender is known, before its body is read.
 * @returns the room in memory that it holds until its answer is over
 * @throws ScimError 429 beyond the tenant's rate, 503 where there is no room, both with `Retry-After`
 */
export type Entrance = (principal: Principal, request: IncomingMessage, response: ServerResponse) => Promise<Held>;

/** What lets requests in, and bounds what those under way take. */
export interface Traffic {
  readonly rates: TenantRates;
  readonly room: MemoryRoom;
  readonly enter: Entrance;
  /** Turns of what keeps the process busy for long. */
  readonly turns: LongTurns;
  /** The address that a request is counted by. */
  addressOf(request: IncomingMessage): string;
  /** Authentication that bounds how often an address may fail. */
  authenticating(authenticate: Authenticate): AuthenticateRequest;
  /** An attempt to authenticate by other means, within the same bound; see FailedAuthentications. */
  attempt<T>(
    secret: string,
    request: IncomingMessage,
    isFailure: (error: unknown) => boolean,
    authenticate: () => Promise<T>,
  ): Promise<T>;
  /** Has this told of each request that is refused from now on. */
  observe(onRefused: (refusal: Refusal) => void): void;
}

/** @throws Error where TRUSTED_PROXIES cannot be read */
export function createTraffic(limits: TrafficLimits): Traffic {
  let observer: (refusal: Refusal) => void = () => undefined;
  const refused = (refusal: Refusal) => (): void => {
    observer(refusal);
  };
  const isTrusted = trustedProxies(limits.trustedProxies);
  const failures = new FailedAuthentications(limits.failures, refused('failed authentications'));
  const rates = new TenantRates(limits.rate, refused('rate'));
  const room = new MemoryRoom({ bytes: limits.memory, waitMs: ROOM_WAIT }, refused('memory'));
  return {
    rates,
    room,
    turns: new LongTurns(),
    observe: (onRefused) => {
      observer = onRefused;
    },
    addressOf: (request) => clientAddress(request, isTrusted),
    authenticating: (authenticate) => {
      const bounded = failures.bounding(authenticate);
      return (secret, request) => bounded(secret, clientAddress(request, isTrusted));
    },
    attempt: (secret, request, isFailure, authenticate) =>
      failures.attempt(secret, clientAddress(request, isTrusted), isFailure, authenticate),
    enter: async (principal, request, response) => {
      if (principal.kind === 'tenant') rates.admit(principal.tenant);
      const held = room.enter(ownerOf(principal));
      response.on('close', () => {
        held.leave();
      });
      if (request.socket.destroyed) held.leave();
      await held.take(EACH_REQUEST);
      return held;
    },
  };
}
