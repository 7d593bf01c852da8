import { viewed, type Route } from '../visit.js';
import { activityPage } from './activity.js';
import { entryPage } from './entry.js';
import { explanationPage } from './explanation.js';

/** What Entra asked for, and what happened to somebody. */
export const ACTIVITY_ROUTES: readonly Route[] = [
  viewed('/tenants/:tenant/activity', activityPage),
  viewed('/tenants/:tenant/activity/:entry', entryPage),
  viewed('/tenants/:tenant/explain', explanationPage),
];
