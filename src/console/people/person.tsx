import { shortName } from '../../model/access/person.js';
import type { JSX } from 'preact';
import { explainPerson } from '../../activity/explain/explain.js';
import { isId } from '../../model/id.js';
import type { GroupOfUser } from '../../model/membership.js';
import type { SyncContent } from '../../model/mirror.js';
import type { StoredResource } from '../../model/resource.js';
import { member } from '../../protocol/json.js';
import { notFound } from '../../protocol/scim-error.js';
import { Answer, Timeline } from '../activity/explanation.js';
import { companyOf } from '../companies/company.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Copyable, Facts, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';
import { attributeRows } from './attributes.js';
import { Active, InFlexWhere } from './people.js';
import { resourceOf, textIn } from './staged-page.js';
import { whereabouts, type Whereabouts } from './whereabouts.js';

/** One person: what is staged, what FlexWhere has, and what stands between. */
export async function personPage(visit: Visit): Promise<Page> {
  const { parts, param } = visit;
  const company = await companyOf(visit, 'people');
  const id = param('person').toLowerCase();
  const directory = parts.storage.directory(company.id);
  const sync = parts.storage.sync(company.id);
  const user = isId(id) ? await directory.find('User', id) : undefined;
  const where = (await whereabouts(sync, 'User', isId(id) ? [id] : []))(id);
  if (user === undefined && where.mirrored === undefined) {
    throw notFound('Nobody has this id: neither in the staging directory nor in FlexWhere.');
  }
  const groups = user === undefined ? [] : ((await directory.groupsOf([id])).get(id) ?? []);
  const resource = user === undefined ? {} : resourceOf(user);
  const name = textIn(resource, 'displayName') || textIn(resource, 'userName') || where.mirrored?.content.name || id;
  const explained = await explainPerson(parts.storage, company.id, id, parts.now());
  const body = (
    <>
      <Answer explained={explained} />
      <h2>Where it stands</h2>
      <Summary id={id} user={user} where={where} />
      <h2>What is staged</h2>
      <Table
        caption="Attributes in the staging directory"
        rows={attributeRows(resource)}
        empty="Nothing: the person was deleted in Entra."
        columns={[
          { name: 'Attribute', cell: ([path]) => path },
          { name: 'Value', cell: ([, text]) => text },
        ]}
      />
      <h2>What FlexWhere has</h2>
      <Mirrored content={where.mirrored?.content} />
      <h2>Groups</h2>
      <Groups tenantId={company.id} groups={groups} />
      <p>
        <Link to={pathTo(['tenants', company.id, 'sync', 'history'], { resource: id })}>
          Plans, runs and holds about this person
        </Link>
      </p>
      <Timeline explained={explained} tenantId={company.id} />
    </>
  );
  return { title: name, company, body };
}

function Summary({
  id,
  user,
  where,
}: {
  readonly id: string;
  readonly user: StoredResource | undefined;
  readonly where: Whereabouts;
}): JSX.Element {
  const { hold, line, mirrored } = where;
  const held = hold === undefined ? [] : [['Held', `by ${shortName(hold.by)}: ${hold.reason}`] as const];
  const waits = line?.sentence === undefined ? [] : [['What stands between', line.sentence] as const];
  const account = mirrored?.accountId === undefined ? [] : [['Account in FlexWhere', mirrored.accountId] as const];
  return (
    <Facts
      rows={[
        ['In Entra', user === undefined ? 'deleted' : <Active active={member(resourceOf(user), 'active') !== false} />],
        ['In FlexWhere', <InFlexWhere where={where} version={user?.version} />],
        ...held,
        ...waits,
        ...account,
        ['Arrived', <Time at={user?.created} />],
        ['Changed', <Time at={user?.lastModified} />],
        ['SCIM id', <Copyable label="the SCIM id" text={id} />],
      ]}
    />
  );
}

function Mirrored({ content }: { readonly content: SyncContent | undefined }): JSX.Element {
  const rows =
    content === undefined
      ? []
      : attributeRows({ userName: content.name, active: content.active, ...content.attributes });
  return (
    <Table
      caption="What its backend acknowledged last"
      rows={rows}
      empty="Nothing yet."
      columns={[
        { name: 'Name', cell: ([name]) => name },
        { name: 'Value', cell: ([, text]) => text },
      ]}
    />
  );
}

function Groups({
  tenantId,
  groups,
}: {
  readonly tenantId: string;
  readonly groups: readonly GroupOfUser[];
}): JSX.Element {
  return (
    <Table
      caption="Groups that the person is in"
      rows={groups.slice(0, 200)}
      empty="None."
      columns={[
        {
          name: 'Group',
          cell: ({ id, display }) => <Link to={pathTo(['tenants', tenantId, 'groups', id])}>{display ?? id}</Link>,
        },
        { name: 'How', cell: ({ type }) => (type === 'direct' ? 'itself' : 'through another group') },
      ]}
    />
  );
}
