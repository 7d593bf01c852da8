import type { JSX } from 'preact';
import type { StoredResource } from '../../model/resource.js';
import { member } from '../../protocol/json.js';
import { companyOf } from '../companies/company.js';
import { SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { counted, NextPage, State, Table, Time, type Column } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { resourceOf, stagedPage, textIn } from './staged-page.js';
import { inFlexWhere, whereabouts, type Whereabouts } from './whereabouts.js';

/** How many people are shown that have another userName, and a displayName that begins as searched. */
const BY_NAME = 20;

/** The people that Entra has sent, in the order of their userNames. */
export async function peoplePage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'people');
  const tenant = await parts.tenancy.getTenant(company.id);
  const prefix = (query.get('q') ?? '').trim().slice(0, 200);
  const after = query.get('after') ?? undefined;
  const page = await stagedPage(parts.storage, tenant, { type: 'User', by: 'userName', prefix, after });
  const others = await othersByName(visit, prefix, page.resources);
  const where = await whereabouts(
    parts.storage.sync(company.id),
    'User',
    [...page.resources, ...others].map(({ id }) => id),
  );
  const columns = columnsOf(company.id, where);
  const next =
    page.next === undefined ? undefined : pathTo(['tenants', company.id, 'people'], { q: prefix, after: page.next });
  const body = (
    <>
      <SearchForm
        to={pathTo(['tenants', company.id, 'people'])}
        label="userName or displayName begins with"
        value={prefix}
        list="people"
      />
      <div id="people">
        <Table
          caption={`${counted(page.total, 'person', 'people')}${prefix === '' ? '' : ` whose userName begins with “${prefix}”`}`}
          rows={page.resources}
          columns={columns}
          empty={prefix === '' ? 'Nobody has arrived yet.' : `Nobody's userName begins with “${prefix}”.`}
        />
        <NextPage to={next} />
        {prefix === '' || page.resources.length + others.length > 0 ? null : (
          <p>
            <Link
              to={pathTo(['tenants', company.id, 'explain'], { name: prefix })}
            >{`What happened to “${prefix}”?`}</Link>
          </p>
        )}
        {others.length === 0 ? null : <Table caption="By displayName" rows={others} columns={columns} empty="" />}
      </div>
    </>
  );
  return { title: 'People', company, body };
}

async function othersByName(
  { parts, param, query }: Visit,
  prefix: string,
  shown: readonly StoredResource[],
): Promise<readonly StoredResource[]> {
  if (prefix === '' || query.has('after')) return [];
  const tenant = await parts.tenancy.getTenant(param('tenant'));
  const { resources } = await stagedPage(parts.storage, tenant, {
    type: 'User',
    by: 'displayName',
    prefix,
    limit: BY_NAME,
  });
  return resources.filter(({ id }) => !shown.some((one) => one.id === id));
}

function columnsOf(tenantId: string, where: (id: string) => Whereabouts): readonly Column<StoredResource>[] {
  return [
    {
      name: 'userName',
      cell: (user) => (
        <Link to={pathTo(['tenants', tenantId, 'people', user.id])}>{textIn(resourceOf(user), 'userName')}</Link>
      ),
    },
    { name: 'displayName', cell: (user) => textIn(resourceOf(user), 'displayName') },
    { name: 'Active', cell: (user) => <Active active={member(resourceOf(user), 'active') !== false} /> },
    { name: 'Changed', cell: ({ lastModified }) => <Time at={lastModified} /> },
    { name: 'In FlexWhere', cell: ({ id, version }) => <InFlexWhere where={where(id)} version={version} /> },
  ];
}

/** Whether a person is active in Entra. */
export function Active({ active }: { readonly active: boolean }): JSX.Element {
  return active ? <State tone="good">active</State> : <State tone="quiet">disabled</State>;
}

/** How far a person or a group has come on its way to FlexWhere. */
export function InFlexWhere({
  where,
  version,
}: {
  readonly where: Whereabouts;
  readonly version: number | undefined;
}): JSX.Element {
  const { tone, words } = inFlexWhere(where, version);
  return <State tone={tone}>{words}</State>;
}
