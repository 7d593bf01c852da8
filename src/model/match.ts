import type { ResourceSubject } from './subject.js';

/**
 * What a backend is sent when it is asked which accounts and groups it has already: keyed hashes of their names, or the names
 * themselves with hints.
 */
export type MatchBy = 'hashes' | 'names';

/** What a backend said when it was asked whether it has a resource already. */
export interface Match {
  readonly accountId: string;
  /** `scimId`: it has stored our id for it; `name`: it has the same userName. */
  readonly by: 'scimId' | 'name';
  /** The SCIM id that the backend has for the account, if it has any. */
  readonly scimId?: string;
  /** For the person who confirms the link; they never decide. */
  readonly hints?: { readonly externalId?: string; readonly email?: string; readonly displayName?: string };
}

/** An account or group of the backend that a person has confirmed to belong to a user or a group. */
export interface ConfirmedLink {
  readonly subject: ResourceSubject;
  readonly resourceId: string;
  /** The backend's own id: another account needs a confirmation of its own. */
  readonly accountId: string;
  readonly by: string;
}
