import type { JSX } from 'preact';
import type { HoldTarget } from '../../model/hold.js';
import { isId } from '../../model/id.js';
import { notFound } from '../../protocol/scim-error.js';
import { namedTarget, releaseNamed } from '../../sync/named-target.js';
import { companyOf } from '../companies/company.js';
import { Field, For, PostForm } from '../layout/form.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { NextPage, Table, Time } from '../layout/parts.js';
import { pathTo, returnPath } from '../layout/path.js';
import { goTo, type Answer, type Visit } from '../visit.js';
import { causeIn, HoldEnd } from './hold-many.js';

/** How many holds are on a page. */
const PAGE = 50;

/** What is held, by whom and why. */
export async function holdsPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'sync');
  const [subject, resourceId = '', memberId = ''] = (query.get('after') ?? '').split('.');
  const known = (['account', 'group', 'membership'] as const).find((one) => one === subject);
  const after =
    known !== undefined && isId(resourceId)
      ? { subject: known, resourceId, ...(isId(memberId) ? { memberId } : {}) }
      : undefined;
  const holds = await parts.synchronization.holds(company.id, {
    limit: PAGE + 1,
    ...(after === undefined ? {} : { after }),
  });
  const shown = holds.slice(0, PAGE);
  const last = holds.length > PAGE ? shown.at(-1) : undefined;
  const here = ['tenants', company.id, 'sync', 'holds'];
  const next =
    last &&
    pathTo(here, {
      after: [last.subject, last.resourceId, ...(last.memberId === undefined ? [] : [last.memberId])].join('.'),
    });
  const body = (
    <>
      <Table
        caption="What is held is not applied until it is released"
        rows={shown}
        empty="Nothing is held."
        columns={[
          {
            name: 'What',
            cell: ({ subject: what, resourceId: id, name, memberName }) => (
              <>
                {memberName === undefined ? '' : `${memberName} in `}
                <Link to={pathTo(['tenants', company.id, what === 'account' ? 'people' : 'groups', id])}>{name}</Link>
              </>
            ),
          },
          { name: 'By', cell: ({ by }) => by },
          { name: 'Since', cell: ({ at }) => <Time at={at} /> },
          { name: 'Why', cell: ({ reason }) => reason },
          {
            name: 'Until',
            cell: ({ until, untilVersionMoves, ended }) => (
              <>
                {ended ? 'ended: ' : ''}
                {untilVersionMoves === undefined ? <Time at={until} none="released" /> : 'Entra changes it'}
              </>
            ),
          },
          {
            name: 'Release',
            cell: (target) => <Release here={here} target={target} />,
          },
        ]}
      />
      <NextPage to={next} />
    </>
  );
  return { title: 'Holds', company, body };
}

function Release({
  here,
  target: { resourceId, memberId },
}: {
  readonly here: readonly string[];
  readonly target: HoldTarget;
}): JSX.Element {
  return (
    <For role="operator">
      <PostForm to={pathTo([...here, 'release'])} inline>
        <input type="hidden" name="resource" value={resourceId} />
        <input type="hidden" name="member" value={memberId ?? ''} />
        <button>Release</button>
      </PostForm>
    </For>
  );
}

/** Asks why something is to be held. */
export async function holdPage(visit: Visit): Promise<Page> {
  const { query } = visit;
  const company = await companyOf(visit, 'sync');
  const body = (
    <PostForm to={pathTo(['tenants', company.id, 'sync', 'hold'])}>
      {['resource', 'member', 'next'].map((name) => (
        <input key={name} type="hidden" name={name} value={query.get(name) ?? ''} />
      ))}
      <p>It stays as FlexWhere has it, in this plan and in later ones, until somebody releases it.</p>
      <Field label="Why" name="reason" required maxLength={500} autocomplete="off" />
      <HoldEnd />
      <button>Hold</button>
    </PostForm>
  );
  return { title: 'Hold', company, body };
}

/** Holds what a line is about. @throws ScimError 404 */
export async function hold({ parts, param, form, session }: Visit): Promise<Answer> {
  const tenantId = param('tenant');
  const named = { resource: form.get('resource') ?? '', ...memberIn(form) };
  const target = await namedTarget(parts.synchronization, tenantId, named);
  await parts.synchronization.hold(tenantId, target, causeIn(form, session.name));
  const next = form.get('next') ?? '';
  return goTo(next === '' ? pathTo(['tenants', tenantId, 'sync', 'holds']) : returnPath(next));
}

/** Releases what is held. @throws ScimError 404 */
export async function release({ parts, param, form, session }: Visit): Promise<Answer> {
  const resource = form.get('resource') ?? '';
  if (!isId(resource)) throw notFound('There is no such hold.');
  await releaseNamed(parts.synchronization, param('tenant'), { by: session.name, resource, ...memberIn(form) });
  return goTo(pathTo(['tenants', param('tenant'), 'sync', 'holds']));
}

function memberIn(form: URLSearchParams): { readonly member?: string } {
  const member = form.get('member') ?? '';
  return member === '' ? {} : { member };
}
