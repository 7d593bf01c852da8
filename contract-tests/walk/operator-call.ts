import { randomUUID } from 'node:crypto';
import type { Json } from '../../tools/entra-client/json.js';
import type { CreatedTenant, Operator } from '../server/operator.js';
import { withBody, withHeaders, type Call } from './call.js';

export const newTenant = (operator: Operator): Promise<CreatedTenant> => operator.createTenant(`walk ${randomUUID()}`);

/** A request of the operator. */
export const as = (operator: Operator, ids: Readonly<Record<string, string>> = {}): Call => ({
  ids,
  query: {},
  headers: { Authorization: `Bearer ${operator.adminToken}`, Accept: 'application/json' },
});

export const sending = (call: Call, body: Json): Call =>
  withHeaders(withBody(call, body), { 'Content-Type': 'application/json' });

/** A request about a tenant that has nothing yet. */
export const onTenant = async (operator: Operator): Promise<Call> =>
  as(operator, { tenantId: (await newTenant(operator)).tenantId });
