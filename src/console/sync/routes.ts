import type { Page } from '../layout/page.js';
import { show, type Answer, type Route, type Visit } from '../visit.js';
import * as act from './actions.js';
import { holdMany } from './hold-many.js';
import { hold, holdPage, holdsPage, release } from './holds.js';
import { syncPage } from './overview.js';
import { comparePage } from './compare.js';
import { historyPage } from './history.js';
import { planPage } from './plan.js';
import { auditPage, policyPage } from './records.js';
import { runPage } from './run.js';

const BASE = '/tenants/:tenant/sync';

const page = (path: string, shown: (visit: Visit) => Promise<Page>, role: Route['role'] = 'viewer'): Route => ({
  method: 'GET',
  path: `${BASE}${path}`,
  role,
  answer: async (visit) => show(await shown(visit)),
});

const action = (path: string, answer: (visit: Visit) => Promise<Answer>): Route => ({
  method: 'POST',
  path: `${BASE}${path}`,
  role: 'operator',
  answer,
});

/** The review-and-apply workflow of a company. */
export const SYNC_ROUTES: readonly Route[] = [
  page('', syncPage),
  page('/plans/:plan', planPage),
  page('/plans/:plan/compare/:other', comparePage),
  page('/runs/:run', runPage),
  { method: 'GET', path: `${BASE}/runs/:run/events`, role: 'viewer', live: true, answer: act.followRun },
  page('/history', historyPage),
  page('/holds', holdsPage),
  page('/hold', holdPage, 'operator'),
  page('/audit', auditPage),
  page('/policy', policyPage),
  action('/plan', act.makePlan),
  action('/plans/:plan/apply', act.applyPlan),
  action('/plans/:plan/discard', act.discardPlan),
  action('/plans/:plan/confirm', act.confirmLink),
  action('/plans/:plan/hold', holdMany),
  action('/runs/:run/pause', act.pauseRun),
  action('/runs/:run/resume', act.resumeRun),
  action('/runs/:run/cancel', act.cancelRun),
  action('/runs/:run/undo', act.undoRun),
  action('/hold', hold),
  action('/holds/release', release),
];
