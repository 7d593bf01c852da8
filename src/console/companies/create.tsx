import { Field, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { show, type Answer, type Visit } from '../visit.js';

/** The form that creates a company. */
export const newCompanyPage: Page = {
  title: 'Create a company',
  body: (
    <PostForm to={pathTo(['new'])}>
      <Field
        label="Name"
        hint="The company's name, as FlexWhere knows it."
        name="name"
        required
        maxLength={200}
        autocomplete="off"
      />
      <button>Create</button>
    </PostForm>
  ),
};

/** Creates a company, and shows once what its administrator enters in Entra. */
export async function createCompany({ parts, form }: Visit): Promise<Answer> {
  const { tenant, tenantUrl, secret } = await parts.tenancy.createTenant(form.get('name') ?? '');
  const body = (
    <>
      <p class="notice">The Secret Token is shown this once. Hand both values to the administrator of Entra now.</p>
      <Facts
        rows={[
          ['Tenant URL', <Copyable label="the Tenant URL" text={tenantUrl} />],
          ['Secret Token', <Copyable label="the Secret Token" text={secret} />],
        ]}
      />
      <p>
        In Entra: open the enterprise application, <em>Provisioning</em>, <em>New configuration</em>, and enter them
        under <em>Bearer authentication</em>. <em>Test connection</em> then shows up here as the first call.
      </p>
      <p>
        <Link to={pathTo(['tenants', tenant.id])} button>
          Go to {tenant.name}
        </Link>
      </p>
    </>
  );
  return show({ title: `${tenant.name} is created`, body });
}
