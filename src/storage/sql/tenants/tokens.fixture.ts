import type { TokenRecord } from '../../../model/token.js';
import { CREATED } from '../../testing/resources.fixture.js';

/** A secret token that lasts and has not been used. */
export const token = (id: string, tenantId: string): TokenRecord => ({
  id,
  tenantId,
  label: `Token ${id}`,
  created: CREATED,
  expiresAt: undefined,
  lastUsed: undefined,
  revokedAt: undefined,
});
