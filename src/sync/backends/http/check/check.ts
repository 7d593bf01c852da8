import { randomUUID } from 'node:crypto';
import type { Capabilities } from '../../../../../generated/backend.js';
import { checkAccounts } from './parts/accounts.js';
import { checkAtomic } from './parts/atomic.js';
import { checkBodies } from './parts/bodies.js';
import type { CheckedBackend } from './exchange.js';
import { checkGroups } from './parts/groups.js';
import { checkKeys } from './parts/keys.js';
import { deleteLine } from './lines.js';
import { checkListings } from './parts/listings.js';
import { checkMatches, probeMatches } from './parts/matches.js';
import { PLACES } from './places.js';
import { CheckSession, NoAnswers, type Finding } from './session.js';
import { checkSignatures } from './parts/signature.js';
import { checkTenants } from './parts/tenants.js';

/** The outcome of a check. */
export interface CheckOutcome {
  /** Empty where the backend does what openapi/backend.yaml says. */
  readonly findings: readonly Finding[];
  /** How many requests were sent. */
  readonly requests: number;
  /** The names of the parts that were to be checked and were not, since it was stopped or the backend does not answer. */
  readonly unchecked: readonly string[];
}

/** How a backend is checked. */
export interface CheckOptions {
  /** The tenant that is sent; otherwise two that never were. */
  readonly tenantId?: string;
  /** The names of the parts to check; otherwise all. */
  readonly only?: readonly string[];
  /** Ends the check after the part in progress; what was made is removed all the same. */
  readonly stop?: AbortSignal;
}

/** What is checked, in this order, by names that a person can ask for. */
const PARTS: Readonly<Record<string, (session: CheckSession) => Promise<void>>> = {
  signatures: checkSignatures,
  accounts: checkAccounts,
  groups: checkGroups,
  keys: checkKeys,
  atomic: checkAtomic,
  bodies: checkBodies,
  matches: checkMatches,
  listings: checkListings,
  tenants: checkTenants,
};

/** The names of the parts. */
export const CHECK_PARTS: readonly string[] = Object.keys(PARTS);

/** Drives a backend through what openapi/backend.yaml says, and removes from it what that made. */
export async function checkBackend(
  backend: CheckedBackend,
  { tenantId, only = CHECK_PARTS, stop }: CheckOptions = {},
): Promise<CheckOutcome> {
  const id = randomUUID();
  const others = tenantId === undefined ? { otherTenantId: `flexwhere-other-${id}` } : {};
  const session = new CheckSession(backend, { tenantId: tenantId ?? `flexwhere-check-${id}`, ...others });
  const unchecked = CHECK_PARTS.filter((name) => only.includes(name));
  try {
    if (await isThere(session)) await inTurn(session, unchecked, stop);
  } catch (error) {
    if (!(error instanceof NoAnswers)) throw error;
    const left = session.made.size === 0 ? '' : `, and what begins with ${session.prefix} was not removed`;
    session.found(PLACES.batches, `The backend no longer answers; the rest was not checked${left}.`);
  }
  return { findings: session.findings, requests: session.requests, unchecked };
}

/** @param unchecked the names of the parts to check; they are taken out as they are checked */
async function inTurn(session: CheckSession, unchecked: string[], stop: AbortSignal | undefined): Promise<void> {
  try {
    if (stop?.aborted !== true) await probeMatches(session);
    for (let name = unchecked[0]; name !== undefined && stop?.aborted !== true; name = unchecked[0]) {
      await PARTS[name]?.(session);
      unchecked.shift();
    }
  } finally {
    await cleanUp(session);
  }
}

async function isThere(session: CheckSession): Promise<boolean> {
  const request = { method: 'GET', path: '/capabilities' } as const;
  const capabilities = await session.ask<Capabilities>(request, 'Capabilities', PLACES.capabilities);
  if (capabilities !== undefined) session.capabilities = capabilities;
  return capabilities !== undefined;
}

/** Deletes all that the backend was told of, groups first, in batches that it takes. */
async function cleanUp(session: CheckSession): Promise<void> {
  const size = Math.min(session.capabilities.maxBatchSize, 100);
  for (const [tenantId, made] of session.made) {
    const lines = [...made].reverse().map(([scimId, subject]) => deleteLine(subject, scimId));
    for (let start = 0; start < lines.length; start += size) {
      const some = session.keyed(lines.slice(start, start + size));
      const left = (await session.deliver(some, { tenantId })).filter((one) => one?.state !== 'applied').length;
      if (left === 0) continue;
      session.found(
        PLACES.op,
        `${left} deletes of what the check had made were not applied: remove ${session.prefix}… by hand.`,
      );
    }
  }
}
