import { show, type Route } from '../visit.js';
import { groupPage, groupsPage } from './groups.js';
import { peoplePage } from './people.js';
import { personPage } from './person.js';

/** The staged people and groups of a company. */
export const PEOPLE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/tenants/:tenant/people',
    role: 'viewer',
    answer: async (visit) => show(await peoplePage(visit)),
  },
  {
    method: 'GET',
    path: '/tenants/:tenant/people/:person',
    role: 'viewer',
    answer: async (visit) => show(await personPage(visit)),
  },
  {
    method: 'GET',
    path: '/tenants/:tenant/groups',
    role: 'viewer',
    answer: async (visit) => show(await groupsPage(visit)),
  },
  {
    method: 'GET',
    path: '/tenants/:tenant/groups/:group',
    role: 'viewer',
    answer: async (visit) => show(await groupPage(visit)),
  },
];
