import type { ResourceSubject } from './subject.js';

/** An account or group of the backend that a person has confirmed to belong to a user or a group. */
export interface ConfirmedLink {
  readonly subject: ResourceSubject;
  readonly resourceId: string;
  /** The backend's own id: another account needs a confirmation of its own. */
  readonly accountId: string;
  readonly by: string;
}
