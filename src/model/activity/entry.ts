import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';

/**
 * The outcome of a request: `nothing` is a lookup that found nobody, `unchanged` a write that changed nothing, `refused` an
 * answer from 400 to 499, and `failed` one from 500 on or one that the client did not wait for.
 */
export type ActivityOutcome = 'ok' | 'nothing' | 'unchanged' | 'refused' | 'failed';

/** Who sent a request: a provisioning client, a person's browser, an operator's program, or the doctor. */
export type ActivitySource = 'entra' | 'browser' | 'operator' | 'doctor';

/**
 * One request as the activity log keeps it, by its meaning. Nothing of it can hold a body or a token: names of attributes are
 * kept and never their values, but for the names that people and groups are looked up by.
 */
export interface ActivityEntry {
  /** UUIDv7: the order of the ids is the order in time. */
  readonly id: string;
  /** When the request had been answered: fixed-width UTC with milliseconds. */
  readonly at: string;
  /** The X-Request-Id of the answer. */
  readonly requestId: string;
  readonly source: ActivitySource;
  /** The meaning of the request, such as `user.deactivate` or `group.members.add`. */
  readonly operation: string;
  readonly status: number;
  readonly outcome: ActivityOutcome;
  /** How long it took, in microseconds. */
  readonly durationUs: number;
  /** How many requests the entry stands for: requests without a valid token are folded. */
  readonly count: number;
  readonly resourceType?: ResourceTypeName | undefined;
  readonly resourceId?: string | undefined;
  /** The name by which somebody was looked up, or that the resource has: userName, externalId, email or displayName. */
  readonly subject?: string | undefined;
  readonly tokenId?: string | undefined;
  /** The characters of the token that are kept in clear; see `tokenPrefix`. */
  readonly tokenPrefix?: string | undefined;
  /** What is wrong with the token: absent, malformed, mistyped, unknown, expired, revoked or twice. */
  readonly reason?: string | undefined;
  readonly scimType?: string | undefined;
  /** The detail of the refusal, 500 characters at most. */
  readonly detail?: string | undefined;
  /** Names of attributes that were changed; of members, how many: `members +1`. */
  readonly changed: readonly string[];
  /** Names of attributes that were sent and not stored. */
  readonly ignored: readonly string[];
  /** The dialect rules that made a difference. */
  readonly rules: readonly string[];
  /** The network from which a request without a valid token came. */
  readonly network?: string | undefined;
}

/** An entry before storage has looked up whose it is; without a tenant where only the token's prefix can tell. */
export interface NewActivity extends ActivityEntry {
  readonly tenantId?: string | undefined;
}

/** A name as entries are found by it: composed, and in lower case. */
export const subjectKey = (subject: string): string => subject.normalize('NFC').toLowerCase().slice(0, MOST_SUBJECT);

/** Characters of a subject that are kept. */
export const MOST_SUBJECT = 256;
