import { show, type Route } from '../visit.js';
import { activityPage } from './activity.js';
import { entryPage } from './entry.js';
import { explanationPage } from './explanation.js';

/** What Entra asked for, and what happened to somebody. */
export const ACTIVITY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/tenants/:tenant/activity',
    role: 'viewer',
    answer: async (visit) => show(await activityPage(visit)),
  },
  {
    method: 'GET',
    path: '/tenants/:tenant/activity/:entry',
    role: 'viewer',
    answer: async (visit) => show(await entryPage(visit)),
  },
  {
    method: 'GET',
    path: '/tenants/:tenant/explain',
    role: 'viewer',
    answer: async (visit) => show(await explanationPage(visit)),
  },
];
