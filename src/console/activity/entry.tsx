import { activityJson } from '../../activity/json.js';
import { isId } from '../../model/id.js';
import { notFound } from '../../protocol/scim-error.js';
import { companyOf } from '../companies/company.js';
import { Link } from '../layout/link.js';
import type { Page } from '../layout/page.js';
import { Facts } from '../layout/parts.js';
import { pathTo } from '../layout/path.js';
import type { Visit } from '../visit.js';

/** All that is kept of one request. */
export async function entryPage(visit: Visit): Promise<Page> {
  const { parts, param } = visit;
  const company = await companyOf(visit, 'activity');
  const id = param('entry');
  const entry = isId(id) ? await parts.storage.activity.find(company.id, id) : undefined;
  if (entry === undefined)
    throw notFound('The company has no such entry; it may have been kept as long as its settings say.');
  const rows = Object.entries(activityJson(entry)).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
    return text === '' ? [] : [[name, text] as const];
  });
  const { resourceType, resourceId } = entry;
  const place = resourceType === 'Group' ? 'groups' : 'people';
  const body = (
    <>
      <Facts rows={rows} />
      {resourceId === undefined ? null : (
        <p>
          <Link
            to={pathTo(['tenants', company.id, place, resourceId])}
          >{`The ${place === 'groups' ? 'group' : 'person'} today`}</Link>
        </p>
      )}
    </>
  );
  return { title: 'A request', company, body };
}
