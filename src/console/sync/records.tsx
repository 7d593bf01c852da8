import { isId } from '../../model/id.js';
import type { SyncPolicy } from '../../model/policy.js';
import { companyOf } from '../companies/company.js';
import type { Page } from '../layout/page.js';
import { Facts, NextPage, Table, Time } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';

/** How many entries of the audit trail are on a page. */
const PAGE = 50;

/** Who did what, the latest first. */
export async function auditPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'sync');
  const before = query.get('before') ?? '';
  const entries = await parts.synchronization.latestAudit(company.id, {
    limit: PAGE + 1,
    ...(isId(before) ? { before } : {}),
  });
  const shown = entries.slice(0, PAGE);
  const last = entries.length > PAGE ? shown.at(-1)?.id : undefined;
  const body = (
    <>
      <Table
        caption="The latest first; nothing here is ever changed"
        rows={shown}
        empty="Nothing was done yet."
        columns={[
          { name: 'When', cell: ({ at }) => <Time at={at} /> },
          { name: 'Who', cell: ({ by }) => by },
          { name: 'What', cell: ({ action }) => action },
          {
            name: 'More',
            cell: ({ detail }) =>
              Object.keys(detail).length === 0 ? '' : <code>{JSON.stringify(detail).slice(0, 300)}</code>,
          },
        ]}
      />
      <NextPage
        to={last === undefined ? undefined : pathTo(['tenants', company.id, 'sync', 'audit'], { before: last })}
      />
    </>
  );
  return { title: 'Audit trail', company, body };
}

const MATCHING: Readonly<Record<SyncPolicy['matching'], string>> = {
  hashes: 'a plan sends keyed hashes of names',
  names: 'a plan sends names, external ids and email addresses',
  off: 'a plan sends nothing',
};

const SECOND_PERSON = 'are applied by somebody other than who made them';

/** The policy that plans go by. */
export async function policyPage(visit: Visit): Promise<Page> {
  const { parts } = visit;
  const company = await companyOf(visit, 'sync');
  const { revision, policy } = await parts.synchronization.policy(company.id);
  const { deactivation, deleteGraceDays, groups, matching, autoApprove, secondPerson, guard, attributes } = policy;
  const body = (
    <>
      <p>
        Change it with <code>sync policy</code> or the admin API; the next plan uses it.
      </p>
      <Facts
        rows={[
          ['Revision', revision],
          ['An account that Entra disables', deactivation === 'ignore' ? 'stays as it is' : `is ${deactivation}d`],
          [
            'An account whose user is deleted',
            deleteGraceDays === 0
              ? 'is deleted with the next plan'
              : `is kept, deactivated, for ${deleteGraceDays} days`,
          ],
          ['Groups and memberships', groups ? 'are passed on' : 'are not passed on'],
          ['To find accounts that the backend has already', MATCHING[matching]],
          ['Plans that only create and update', autoApprove ? 'are applied without a review' : 'wait for a review'],
          ['Plans that go beyond the guard', secondPerson ? SECOND_PERSON : 'may be applied by whoever made them'],
          ...Object.entries(guard).map(([name, limit]) => [`Guard: ${name}`, String(limit)] as const),
        ]}
      />
      <Table
        caption="Attributes that are passed on"
        rows={Object.entries(attributes)}
        empty="None."
        columns={[
          { name: 'SCIM', cell: ([path]) => path },
          { name: "The backend's name", cell: ([, name]) => name },
        ]}
      />
    </>
  );
  return { title: 'Policy', company, body };
}
