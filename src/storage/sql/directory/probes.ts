import { PROBE_PREFIX, type Probe } from '../../../model/resource.js';
import { selectRows, type Session } from '../connections/database.js';
import { wholeNumber } from '../statements.js';

/** Whether a person was made by the doctor; null for groups. The index `resources_probes` is of the same condition, letter by letter. */
export const IS_PROBE = `substr(user_name, 1, ${PROBE_PREFIX.length}) = '${PROBE_PREFIX}'`;

/** The probes of all tenants that were created by then, along an index of the probes alone: see `Storage.probes`. */
export async function findProbes(
  session: Session,
  created: string,
  after: Probe | undefined,
  limit: number,
): Promise<readonly Probe[]> {
  const rows = await selectRows<{ tenant_id: string; id: string }>(
    session,
    `select tenant_id, id from resources where ${IS_PROBE} and created <= ? and (tenant_id, id) > (?, ?)
       order by tenant_id, id limit ${wholeNumber(limit)}`,
    [created, after?.tenantId ?? '', after?.id ?? ''],
  );
  return rows.map(({ tenant_id, id }) => ({ tenantId: tenant_id, id }));
}
