import type { Alert } from '../../model/alert/alert.js';
import { notFound } from '../../protocol/scim-error.js';
import type { CompanyOverview } from '../../storage/console-store.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page, Section } from '../layout/page.js';
import { Copyable, Facts, State, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import { goTo, type Answer, type Visit } from '../visit.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { conditionOf } from './condition.js';
import { Until } from './list.js';

/** The company that an address names, for the frame of its pages. @throws ScimError 404 */
export async function companyOf({ parts, param }: Visit, section: Section): Promise<NonNullable<Page['company']>> {
  const { id, name } = await parts.tenancy.getTenant(param('tenant'));
  return { id, name, section };
}

/** One company: how it is, what is next, and what can be done about it. */
export async function companyPage(visit: Visit): Promise<Page> {
  const { parts } = visit;
  const company = await companyOf(visit, 'company');
  const now = parts.now();
  const overview = await parts.storage.console.overviews.company(company.id, now.toISOString());
  if (overview === undefined) throw notFound('There is no such company.');
  const { tone, sentence, next } = conditionOf(overview, now);
  const alerts = await parts.storage.alerts.ofTenant(company.id);
  const body = (
    <>
      <p class="verdict">
        <State tone={tone}>{sentence}</State>
      </p>
      {next === 'company' ? null : (
        <p>
          <Link to={pathTo(['tenants', company.id, next])} button>
            {NEXT[next]}
          </Link>
        </p>
      )}
      <Alerts alerts={alerts} />
      <CompanyFacts overview={overview} />
      <For role="admin">
        <Changes overview={overview} />
      </For>
    </>
  );
  return { title: company.name, company, body };
}

const NEXT = { sync: 'Review and apply', connection: 'Go to the connection', activity: 'See the activity' };

/** The open alerts, each with when it was noticed. */
function Alerts({ alerts }: { readonly alerts: readonly Alert[] }) {
  if (alerts.length === 0) return null;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">Alerts</h2>
      <ul>
        {alerts.map(({ id, sentence, opened, failure }) => (
          <li key={id}>
            {sentence} Noticed <Time at={opened} />.
            {failure === undefined ? null : ` The last message about it was not accepted. ${failure}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function CompanyFacts({ overview }: { readonly overview: CompanyOverview }) {
  const { id, users, groups, lastHeard, created, tokensUntil, plan, run } = overview;
  return (
    <Facts
      rows={[
        ['Tenant id', <Copyable label="the tenant id" text={id} />],
        ['Entra called', <Time at={lastHeard} />],
        ['Staged', `${users.toLocaleString('en-US')} users, ${groups.toLocaleString('en-US')} groups`],
        ['Tokens valid until', <Until at={tokensUntil} />],
        [
          'Latest plan',
          plan === undefined ? (
            'none'
          ) : (
            <Link to={pathTo(['tenants', id, 'sync', 'plans', plan.id])}>
              <Time at={plan.created} />
            </Link>
          ),
        ],
        [
          'Latest run',
          run === undefined ? (
            'none'
          ) : (
            <Link to={pathTo(['tenants', id, 'sync', 'runs', run.id])}>
              <Time at={run.started} />
            </Link>
          ),
        ],
        ['Created', <Time at={created} />],
      ]}
    />
  );
}

function Changes({ overview: { id, name, enabled } }: { readonly overview: CompanyOverview }) {
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Change</h2>
      <PostForm to={pathTo(['tenants', id, 'rename'])}>
        <Field label="Name" name="name" value={name} required maxLength={200} />
        <button>Rename</button>
      </PostForm>
      <PostForm to={pathTo(['tenants', id, enabled ? 'disable' : 'enable'])}>
        <p>
          {enabled
            ? 'A disabled company is refused with 403; all it has stays.'
            : 'Entra is refused while the company is disabled.'}
        </p>
        <button>{enabled ? 'Disable' : 'Enable'}</button>
      </PostForm>
      <PostForm to={pathTo(['tenants', id, 'delete'])}>
        <Field
          label="Type the company's name to delete it"
          hint="Everything it has here is erased: staged people and groups, plans, audit trail, tokens. The accounts in FlexWhere stay."
          name="name-typed"
          required
          autocomplete="off"
        />
        <button class="danger">Delete the company</button>
      </PostForm>
    </section>
  );
}

/** Gives a company another name. */
export async function renameCompany({ parts, param, form }: Visit): Promise<Answer> {
  await parts.tenancy.changeTenant(param('tenant'), { name: form.get('name') ?? '' });
  return goTo(pathTo(['tenants', param('tenant')]));
}

/** Enables or disables a company. */
export const enableCompany =
  (enabled: boolean) =>
  async ({ parts, param }: Visit): Promise<Answer> => {
    await parts.tenancy.setEnabled(param('tenant'), enabled);
    return goTo(pathTo(['tenants', param('tenant')]));
  };

/** Erases a company whose name was typed. @throws ScimError 400 where another name was */
export async function deleteCompany({ parts, param, form }: Visit): Promise<Answer> {
  const { id, name } = await parts.tenancy.getTenant(param('tenant'));
  if (form.get('name-typed') !== name) {
    throw invalidValue(`Nothing was deleted: the name typed is not “${name}”. Go back and type it exactly so.`);
  }
  await parts.tenancy.deleteTenant(id);
  return goTo(pathTo([]));
}
