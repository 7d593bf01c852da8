import { randomUUID } from 'node:crypto';
import type { Requests } from '../document/requests.js';
import type { Operator } from '../server/operator.js';

/** An interface of the server, with what a history on it begins with. */
export interface Subject {
  /** The document's file, such as `scim.yaml`. */
  readonly document: string;
  readonly requests: Requests;
  /** Returns the token for a history, and for the interface of tenants makes a tenant of its own. */
  begin(): Promise<string>;
}

export const scimSubject = (requests: Requests, operator: Operator): Subject => ({
  document: 'scim.yaml',
  requests,
  begin: async () => (await operator.createTenant(`fuzz ${randomUUID()}`)).token,
});

export const adminSubject = (requests: Requests, operator: Operator): Subject => ({
  document: 'admin.yaml',
  requests,
  begin: () => Promise.resolve(operator.adminToken),
});
