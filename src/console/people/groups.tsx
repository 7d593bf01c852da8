import type { JSX } from 'preact';
import { isId } from '../../model/id.js';
import type { Member } from '../../model/membership.js';
import { notFound } from '../../protocol/scim-error.js';
import { companyOf } from '../companies/company.js';
import { SearchForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, counted, Facts, NextPage, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { InFlexWhere } from './people.js';
import { PAGE, resourceOf, stagedPage, textIn } from './staged-page.js';
import { whereabouts } from './whereabouts.js';

/** The groups that Entra has sent, in the order of their names. */
export async function groupsPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'groups');
  const tenant = await parts.tenancy.getTenant(company.id);
  const prefix = (query.get('q') ?? '').trim().slice(0, 200);
  const after = query.get('after') ?? undefined;
  const page = await stagedPage(parts.storage, tenant, { type: 'Group', by: 'displayName', prefix, after });
  const where = await whereabouts(
    parts.storage.sync(company.id),
    'Group',
    page.resources.map(({ id }) => id),
  );
  const here = ['tenants', company.id, 'groups'];
  const body = (
    <>
      <SearchForm to={pathTo(here)} label="displayName begins with" value={prefix} list="groups" />
      <div id="groups">
        <Table
          caption={counted(page.total, 'group')}
          rows={page.resources}
          empty={prefix === '' ? 'No group has arrived yet.' : `No group's displayName begins with “${prefix}”.`}
          columns={[
            {
              name: 'displayName',
              cell: (group) => <Link to={pathTo([...here, group.id])}>{textIn(resourceOf(group), 'displayName')}</Link>,
            },
            { name: 'Changed', cell: ({ lastModified }) => <Time at={lastModified} /> },
            { name: 'In FlexWhere', cell: ({ id, version }) => <InFlexWhere where={where(id)} version={version} /> },
          ]}
        />
        <NextPage to={page.next === undefined ? undefined : pathTo(here, { q: prefix, after: page.next })} />
      </div>
    </>
  );
  return { title: 'Groups', company, body };
}

/** One group with its members. */
export async function groupPage(visit: Visit): Promise<Page> {
  const { parts, param, query } = visit;
  const company = await companyOf(visit, 'groups');
  const id = param('group').toLowerCase();
  const directory = parts.storage.directory(company.id);
  const group = isId(id) ? await directory.find('Group', id) : undefined;
  if (group === undefined) throw notFound('No group in the staging directory has this id.');
  const after = query.get('after') ?? '';
  const members = await directory.members(id, isId(after) ? after : undefined, PAGE + 1);
  const where = (await whereabouts(parts.storage.sync(company.id), 'Group', [id]))(id);
  const shown = members.slice(0, PAGE);
  const last = members.length > PAGE ? shown.at(-1)?.id : undefined;
  const body = (
    <>
      <Facts
        rows={[
          ['In FlexWhere', <InFlexWhere where={where} version={group.version} />],
          ['Arrived', <Time at={group.created} />],
          ['Changed', <Time at={group.lastModified} />],
          ['SCIM id', <Copyable label="the SCIM id" text={id} />],
        ]}
      />
      <p>
        <Link to={pathTo(['tenants', company.id, 'sync', 'history'], { resource: id })}>
          Plans, runs and holds about this group
        </Link>
      </p>
      <Members tenantId={company.id} members={shown} />
      <NextPage to={last === undefined ? undefined : pathTo(['tenants', company.id, 'groups', id], { after: last })} />
    </>
  );
  return { title: textIn(resourceOf(group), 'displayName') || id, company, body };
}

function Members({
  tenantId,
  members,
}: {
  readonly tenantId: string;
  readonly members: readonly Member[];
}): JSX.Element {
  return (
    <Table
      caption="Direct members"
      rows={members}
      empty="Nobody."
      columns={[
        {
          name: 'Member',
          cell: ({ id, type, display }) => (
            <Link to={pathTo(['tenants', tenantId, type === 'User' ? 'people' : 'groups', id])}>{display ?? id}</Link>
          ),
        },
        { name: 'Type', cell: ({ type }) => (type === 'User' ? 'person' : 'group') },
      ]}
    />
  );
}
