import { viewed, type Route } from '../visit.js';
import { groupPage, groupsPage } from './groups.js';
import { peoplePage } from './people.js';
import { personPage } from './person.js';

/** The staged people and groups of a company. */
export const PEOPLE_ROUTES: readonly Route[] = [
  viewed('/tenants/:tenant/people', peoplePage),
  viewed('/tenants/:tenant/people/:person', personPage),
  viewed('/tenants/:tenant/groups', groupsPage),
  viewed('/tenants/:tenant/groups/:group', groupPage),
];
