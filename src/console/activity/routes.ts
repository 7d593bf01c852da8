import { saved, viewed, type Route } from '../visit.js';
import { activityPage } from './activity.js';
import { entryPage } from './entry.js';
import { explanationPage } from './explanation.js';
import { csvFile, linesFile } from './export.js';

/** What Entra asked for, and what happened to somebody. */
export const ACTIVITY_ROUTES: readonly Route[] = [
  viewed('/tenants/:tenant/activity', activityPage),
  saved('/tenants/:tenant/activity/export.csv', csvFile),
  saved('/tenants/:tenant/activity/export.ndjson', linesFile),
  viewed('/tenants/:tenant/activity/:entry', entryPage),
  viewed('/tenants/:tenant/explain', explanationPage),
];
