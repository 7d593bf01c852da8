import type { JSX } from 'preact';
import { examine, type Diagnosis } from '../../doctor/doctor.js';
import { readLog } from '../../doctor/log.js';
import { ScimError } from '../../protocol/scim-error.js';
import { companyOf } from '../companies/company.js';
import { For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import { State } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { show, type Answer, type Visit } from '../visit.js';

/** Milliseconds that the doctor may take while somebody waits for the page. */
const LONGEST = 30_000;

/** Milliseconds that its token lives if the process is killed meanwhile. */
const TOKEN_LIVES = 600_000;

/** The companies that a doctor of this process is with: one at a time, since it calls the server as fast as Entra does. */
const busy = new Set<string>();

/** The button that calls the doctor. */
export function DoctorSection({ tenantId }: { readonly tenantId: string }): JSX.Element {
  return (
    <For role="operator">
      <section aria-labelledby="doctor">
        <h2 id="doctor">Doctor</h2>
        <PostForm to={pathTo(['tenants', tenantId, 'doctor'])}>
          <p>
            Calls this server at its public address, as Entra does, with a token of its own that ends at once. It takes
            up to half a minute. What only somebody outside can see, `flexwhere-scim doctor` tells there.
          </p>
          <button>Run the doctor</button>
        </PostForm>
      </section>
    </For>
  );
}

/** Runs the doctor: it calls PUBLIC_URL and no other address, whatever is sent. @throws ScimError 409 while another one runs */
export async function runDoctor(visit: Visit): Promise<Answer> {
  const company = await companyOf(visit, 'connection');
  if (busy.has(company.id))
    throw new ScimError(409, 'The doctor is already checking this company. Wait half a minute.');
  busy.add(company.id);
  try {
    const { findings } = await diagnose(visit, company.id);
    const body = (
      <>
        {findings.length === 0 ? (
          <p class="verdict">
            <State tone="good">Nothing was found between the public address and this server.</State>
          </p>
        ) : (
          <ul>
            {findings.map(({ cause, sentence }) => (
              <li key={cause}>
                <State tone="bad">{sentence}</State>
              </li>
            ))}
          </ul>
        )}
        <p>
          <Link to={pathTo(['tenants', company.id, 'connection'])} button>
            Done
          </Link>
        </p>
      </>
    );
    return show({ title: 'What the doctor says', company, body });
  } finally {
    busy.delete(company.id);
  }
}

async function diagnose({ parts }: Visit, tenantId: string): Promise<Diagnosis> {
  const { tenancy, storage, now } = parts;
  const expiresAt = new Date(now().getTime() + TOKEN_LIVES).toISOString();
  const { token, secret } = await tenancy.issueToken(tenantId, { label: 'doctor', expiresAt });
  try {
    const tenant = await tenancy.getTenant(tenantId);
    return await examine({
      ...{ base: tenancy.tenantUrl, token: secret, totalMs: LONGEST },
      log: () => readLog(storage, tenant, now()),
    });
  } finally {
    await tenancy.revokeToken(tenantId, token.id);
  }
}
