import type { JSX } from 'preact';
import { explainPerson, type ExplanationJson } from '../../activity/explain/explain.js';
import { companyOf } from '../companies/company.js';
import type { Page } from '../layout/page.js';
import { Copyable, Table, Time } from '../layout/parts.js';
import { Link } from '../layout/link.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';

/** What happened to somebody, also to somebody who never arrived. */
export async function explanationPage(visit: Visit): Promise<Page> {
  const { parts, query } = visit;
  const company = await companyOf(visit, 'people');
  const name = (query.get('name') ?? '').trim().slice(0, 256);
  const explained = await explainPerson(parts.storage, company.id, name, parts.now());
  const body = (
    <>
      <Answer explained={explained} />
      <Timeline explained={explained} tenantId={company.id} />
    </>
  );
  return { title: name === '' ? 'Nobody' : name, company, body };
}

/** What happened to a person, in one sentence, with what stands behind it. */
export function Answer({ explained: { answer, sections } }: { readonly explained: ExplanationJson }): JSX.Element {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['What Entra said', sections.entra],
    ['What FlexWhere was told', sections.told],
    ['What stands between', sections.between],
  ];
  return (
    <>
      <p class="verdict">{answer}</p>
      {parts.map(([title, lines]) =>
        lines.length === 0 ? null : (
          <section key={title}>
            <h2>{title}</h2>
            <ul>
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        ),
      )}
      <section>
        <h2>For the IT admin</h2>
        <Copyable label="the text for the IT admin" text={sections.forAdmin} />
      </section>
    </>
  );
}

/** The latest that concerned a person. */
export function Timeline({
  explained,
  tenantId,
}: {
  readonly explained: ExplanationJson;
  readonly tenantId: string;
}): JSX.Element {
  return (
    <section>
      <h2>Timeline</h2>
      <Table
        caption="Requests about this person, the latest first"
        rows={explained.sections.timeline}
        empty="The activity log has nothing about this person."
        columns={[
          {
            name: 'When',
            cell: ({ entryId, at }) => (
              <Link to={pathTo(['tenants', tenantId, 'activity', entryId])}>
                <Time at={at} />
              </Link>
            ),
          },
          { name: 'What', cell: ({ operation }) => operation },
          { name: 'Outcome', cell: ({ outcome }) => outcome },
          { name: 'Detail', cell: ({ detail, changed }) => detail ?? changed.join(', ') },
        ]}
      />
    </section>
  );
}
