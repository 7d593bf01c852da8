import type { JSX } from 'preact';
import { mayWrite } from '../../model/token.js';
import { member } from '../../protocol/json.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { Storage } from '../../storage/storage.js';
import type { TokenHolder } from '../../tenants/authenticate-token.js';
import { SearchForm } from '../layout/form.js';
import type { Page } from '../layout/page.js';
import { counted, NextPage, Table, Time } from '../layout/parts.js';
import { checkPath } from '../layout/path.js';
import { Active, InFlexWhere } from '../people/people.js';
import { resourceOf, stagedPage, textIn } from '../people/staged-page.js';
import { whereabouts } from '../people/whereabouts.js';

/** Who has arrived of a company, for the administrator who set Entra up. */
export async function arrivedPage(
  storage: Storage,
  { tenant, scopes }: TokenHolder,
  query: URLSearchParams,
): Promise<Page> {
  const prefix = (query.get('q') ?? '').trim().slice(0, 200);
  const page = await stagedPage(storage, tenant, {
    type: 'User',
    by: 'userName',
    prefix,
    after: query.get('after') ?? undefined,
  }).catch((error: unknown) => {
    if (error instanceof ScimError && error.status === 400) return undefined;
    throw error;
  });
  const resources = page?.resources ?? [];
  const where = await whereabouts(
    storage.sync(tenant.id),
    'User',
    resources.map(({ id }) => id),
  );
  const body = (
    <>
      <p class="verdict">
        {counted(page?.total ?? 0, 'person', 'people')}
        {prefix === '' ? ' arrived.' : ` whose userName begins with “${prefix}”.`}
      </p>
      <SearchForm to={checkPath()} label="userName begins with" value={prefix} list="people" />
      <div id="people">
        <Table
          caption="In the order of their userNames"
          rows={resources}
          empty="Nobody. Entra sends people in its next cycle, about every 40 minutes, or at once with Provision on demand."
          columns={[
            { name: 'Name', cell: (user) => textIn(resourceOf(user), 'displayName') },
            { name: 'userName', cell: (user) => textIn(resourceOf(user), 'userName') },
            { name: 'Active', cell: (user) => <Active active={member(resourceOf(user), 'active') !== false} /> },
            { name: 'Arrived', cell: ({ created }) => <Time at={created} /> },
            { name: 'Changed', cell: ({ lastModified }) => <Time at={lastModified} /> },
            { name: 'In FlexWhere', cell: ({ id, version }) => <InFlexWhere where={where(id)} version={version} /> },
          ]}
        />
        <NextPage to={page?.next === undefined ? undefined : checkPath({ q: prefix, after: page.next })} />
      </div>
      {mayWrite(scopes) ? <SecretShown /> : <CheckTokenShown />}
    </>
  );
  return { title: tenant.name, body };
}

const SecretShown = (): JSX.Element => (
  <p class="notice warn">
    The secret token stood in this browser&apos;s address bar, so it is in its history, and whoever has it can change
    people and groups. On a computer that others use, delete the history, or ask FlexWhere for a new token and let the
    old one be revoked. For looks like this one, ask FlexWhere for a check token: it may only read.
  </p>
);

const CheckTokenShown = (): JSX.Element => (
  <p class="notice">
    This check token may only read. It is in this browser&apos;s history: ask FlexWhere to revoke it when nobody looks
    any more.
  </p>
);
